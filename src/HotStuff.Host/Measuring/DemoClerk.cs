using System.Globalization;
using System.Text;
using HotStuff.StateMachine;

namespace HotStuff.Host.Measuring;

/// <summary>
/// One worker of the demo: sends one command at a time and keeps books, so that every acknowledged command that was lost, and every one that ran twice,
/// shows. Its keys are its own: a counter that it increments, a token that it swaps for the next one, and a note that it overwrites.
/// </summary>
/// <param name="client">Sends its commands.</param>
/// <param name="number">Names its keys.</param>
/// <param name="shared">In between it works on a key that others use too; null: it does not.</param>
internal sealed class DemoClerk(KeyValueClient client, int number, SharedKeyWorker? shared = null)
{
    private const int OwnSteps = 5;
    private const int SharedSteps = 3;

    private readonly byte[] _counterKey = Encoding.UTF8.GetBytes($"demo/{number}/counter");
    private readonly byte[] _tokenKey = Encoding.UTF8.GetBytes($"demo/{number}/token");
    private readonly byte[] _noteKey = Encoding.UTF8.GetBytes($"demo/{number}/note");
    private long _steps;
    private long _counter;
    private long _token;
    private long _note;

    /// <summary>Acknowledged writes whose effect was missing.</summary>
    public long Lost { get; private set; }

    /// <summary>Effects beyond those of the acknowledged writes.</summary>
    public long Duplicated { get; private set; }

    /// <summary>Sends the next command of the mix: three increments, a swap and a put, then those on the shared key, over and over.</summary>
    public Task StepAsync(CancellationToken cancellationToken) => (_steps++ % (shared is null ? OwnSteps : OwnSteps + SharedSteps)) switch
    {
        >= OwnSteps => shared!.StepAsync(cancellationToken),
        3 => SwapAsync(cancellationToken),
        4 => PutAsync(cancellationToken),
        _ => IncrementAsync(cancellationToken),
    };

    /// <summary>Reads everything back through the log and compares it with the books.</summary>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        CompareCounter(await ReadAsync(_counterKey, cancellationToken));
        Lost += await ReadAsync(_tokenKey, cancellationToken) == _token ? 0 : 1;
        Lost += await ReadAsync(_noteKey, cancellationToken) == _note ? 0 : 1;
        if (shared is not null)
            await shared.ReadAsync(cancellationToken);
    }

    private async Task IncrementAsync(CancellationToken cancellationToken)
    {
        var result = await client.SubmitAsync(KeyValueCommand.Increment(_counterKey, 1), cancellationToken);
        // The sum says at once whether an earlier increment was lost or ran twice.
        _counter++;
        CompareCounter(NumberIn(result));
    }

    private async Task SwapAsync(CancellationToken cancellationToken)
    {
        var next = _token + 1;
        var result = await client.SubmitAsync(
            _token == 0
                ? KeyValueCommand.PutIfAbsent(_tokenKey, Digits(next))
                : KeyValueCommand.CompareAndSwap(_tokenKey, Digits(_token), Digits(next)),
            cancellationToken);
        // A swap that ran twice finds its own token the second time; after one that was lost the next finds a token that is too old.
        if (result.Status != KeyValueStatus.Ok && NumberIn(result) == next)
            Duplicated++;
        else if (result.Status != KeyValueStatus.Ok)
            Lost++;
        _token = next;
    }

    private async Task PutAsync(CancellationToken cancellationToken)
    {
        var note = _steps;
        var result = await client.SubmitAsync(KeyValueCommand.Put(_noteKey, Digits(note)), cancellationToken);
        Lost += result.Status == KeyValueStatus.Ok ? 0 : 1;
        _note = note;
    }

    private async Task<long> ReadAsync(byte[] key, CancellationToken cancellationToken) =>
        NumberIn(await client.SubmitAsync(KeyValueCommand.Get(key), cancellationToken));

    private void CompareCounter(long actual)
    {
        Lost += Math.Max(0, _counter - actual);
        Duplicated += Math.Max(0, actual - _counter);
        // Each error counts once.
        _counter = actual;
    }

    private static byte[] Digits(long number) => Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The number in a result; 0 when there is none.</summary>
    private static long NumberIn(KeyValueResult result) =>
        long.TryParse(result.Value.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
