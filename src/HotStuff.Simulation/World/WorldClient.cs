using System.Globalization;
using System.Text;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Simulation;

/// <summary>
/// A client with a history: gives its commands one after the other, asks other gateways when nothing comes back, believes what f+1 replicas say alike, and
/// checks that against all that was ever acknowledged to anybody: each command adds one to a counter that all share, so results tell the order of execution.
/// </summary>
internal sealed class WorldClient
{
    private static readonly byte[] Key = Encoding.ASCII.GetBytes("count");
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(30);

    private readonly World _world;
    private readonly ClientPlan _plan;
    private readonly Dice _dice;
    private readonly ReadOnlyMemory<byte>?[] _answers;
    private CommandSegment? _waiting;
    private long _highestBefore;
    private int _gateway;
    private int _given;

    public WorldClient(World world, ClientPlan plan, Dice dice)
    {
        _world = world;
        _plan = plan;
        _dice = dice;
        _answers = new ReadOnlyMemory<byte>?[world.Cluster.Replicas.Count];
        Id = new ClientId((UInt128)plan.Client);
    }

    public ClientId Id { get; }

    /// <summary>How many commands it has given: the highest sequence number.</summary>
    public int Given => _given;

    /// <summary>Whether all commands are acknowledged, with the one after GST.</summary>
    public bool IsDone => _waiting is null && _given == _plan.Commands.Length + 1;

    /// <summary>The view in which an honest replica was when the last command was given, or at GST when that was later.</summary>
    public long Since { get; set; }

    public void Start() => ThinkThenGive();

    private void ThinkThenGive()
    {
        var after = _given < _plan.Commands.Length ? _plan.Commands[_given]
            : _world.Plan.Gst > _world.Cluster.Now ? _world.Plan.Gst - _world.Cluster.Now
            : TimeSpan.Zero;
        _world.Cluster.Schedule(after, Give);
    }

    private void Give()
    {
        _given++;
        _waiting = CommandSegment.Create(Id, _given, [KeyValueCommand.Increment(Key, 1)]);
        _highestBefore = _world.HighestAcknowledged;
        _gateway = _dice.Below(_answers.Length);
        Since = _world.HighestView;
        Array.Clear(_answers);
        _world.Tracer?.Client(_plan.Client, $"gives {_waiting}");
        Ask(_waiting);
    }

    /// <summary>Asks a gateway, and the next one when the answer does not come.</summary>
    private void Ask(CommandSegment segment)
    {
        if (_waiting != segment)
            return;
        var gateway = _world.Cluster.Replicas[_gateway++ % _answers.Length];
        if (!_world.Network.Loses())
            _world.Cluster.Schedule(_world.Network.Latency(), () => Arrive(gateway, segment));
        _world.Cluster.Schedule(Patience, () =>
        {
            if (_waiting == segment)
                _world.Counters.Resends++;
            Ask(segment);
        });
    }

    private void Arrive(SimulatedReplica gateway, CommandSegment segment)
    {
        if (!gateway.IsUp)
            return;
        if (gateway.State.FindResults(segment) is { } known)
            _world.Answer(gateway, known);
        else
            gateway.Advance(new ReplicaEvent.CommandsArrived([segment], PassedOn: false));
    }

    /// <summary>Hears from a replica.</summary>
    public void Hear(int replica, long sequence, ReadOnlyMemory<byte> result)
    {
        if (_waiting is null || sequence != _waiting.FirstSequence)
            return;
        _answers[replica] = result;
        var alike = 0;
        foreach (var answer in _answers)
        {
            if (answer is { } other && other.Span.SequenceEqual(result.Span))
                alike++;
        }

        if (alike < _world.Cluster.Keys.Committee.OneHonest)
            return;
        _waiting = null;
        Acknowledge(sequence, result);
        if (!IsDone)
            ThinkThenGive();
    }

    private void Acknowledge(long sequence, ReadOnlyMemory<byte> result)
    {
        _world.Counters.Acknowledged++;
        _world.Tracer?.Client(_plan.Client, $"has its answer to {sequence}");
        if (!_world.Invariants.IsCommitted(Id, sequence))
            throw new InvariantBrokenException("AcknowledgedIsKept", $"client {_plan.Client} was told that {sequence} ran, which no replica has committed");
        if (KeyValueResult.TryRead(result) is not { Status: KeyValueStatus.Value } read)
            throw new InvariantBrokenException("AcknowledgedIsKept", $"client {_plan.Client} was told something else than a value for {sequence}");
        var value = long.Parse(read.Value.Span, CultureInfo.InvariantCulture);
        if (!_world.Acknowledge(value))
            throw new InvariantBrokenException("ExecutedOnce", $"two commands were answered with {value}, one of them {sequence} of client {_plan.Client}");
        if (value <= _highestBefore)
            throw new InvariantBrokenException("Linearizable", $"{sequence} of client {_plan.Client} was answered with {value}, after somebody had been told {_highestBefore}");
    }
}
