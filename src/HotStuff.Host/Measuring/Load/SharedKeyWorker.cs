using System.Globalization;
using System.Text;
using HotStuff.Simulation;
using HotStuff.StateMachine;

namespace HotStuff.Host.Measuring;

/// <summary>
/// One of a few workers that read, put, swap and increment the same key at the same time, one command each: what tells a cluster that answers as one server would from one
/// that does not. All values are numbers, and hardly one is put twice, so that an answer says which write it saw.
/// </summary>
internal sealed class SharedKeyWorker(KeyValueClient client, string key, ulong seed)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);
    private readonly Dice _dice = new(seed);
    private byte[] _lastSeen = [];

    /// <summary>Sends the next command.</summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        var value = Encoding.UTF8.GetBytes(_dice.Between(1, int.MaxValue - 1).ToString(CultureInfo.InvariantCulture));
        var command = _dice.Below(4) switch
        {
            0 => KeyValueCommand.Put(_key, value),
            1 when _lastSeen.Length > 0 => KeyValueCommand.CompareAndSwap(_key, _lastSeen, value),
            1 => KeyValueCommand.PutIfAbsent(_key, value),
            2 => KeyValueCommand.Increment(_key, 1),
            _ => KeyValueCommand.Get(_key),
        };
        Learn(await client.SubmitAsync(command, cancellationToken));
    }

    /// <summary>Reads the key: a write that was acknowledged and is lost shows at the latest now.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken) => Learn(await client.SubmitAsync(KeyValueCommand.Get(_key), cancellationToken));

    private void Learn(KeyValueResult result)
    {
        if (!result.Value.IsEmpty)
            _lastSeen = result.Value.ToArray();
    }
}
