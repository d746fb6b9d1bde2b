using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Simulation;

/// <summary>
/// A client with a history: gives its commands one after the other, asks other gateways when nothing comes back, and believes what f+1 replicas say alike.
/// </summary>
internal sealed class WorldClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(30);

    private readonly World _world;
    private readonly ClientPlan _plan;
    private readonly Dice _dice;
    private readonly ReadOnlyMemory<byte>?[] _answers;
    private CommandSegment? _waiting;
    private long _highestAtGiving;
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

    /// <summary>Whether all commands are acknowledged, with the one after GST.</summary>
    public bool IsDone => _waiting is null && _given == _plan.Commands.Length + 1;

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
        _waiting = CommandSegment.Create(Id, _given, [KeyValueCommand.Increment("count"u8, 1)]);
        _highestAtGiving = _world.History.Given();
        _gateway = _dice.Below(_answers.Length);
        _world.Liveness.Given(Id, _given);
        Array.Clear(_answers);
        _world.Tracer?.Client(_plan.Client, $"gives {MessageLabels.Of(_waiting)}");
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
        _world.Tracer?.Client(_plan.Client, $"has its answer to {sequence}");
        _world.History.Answered(Id, sequence, result, _highestAtGiving);
        _world.Liveness.HasChanged = true;
        if (!IsDone)
            ThinkThenGive();
    }
}
