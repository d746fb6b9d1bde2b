using Akka.Actor;
using HotStuff.Client;
using HotStuff.Cluster;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Operator.Tests;

/// <summary>A node whose answers tests decide, and that remembers what was done to it.</summary>
internal sealed class FakeNode : IOperatedNode, IAsyncDisposable
{
    private readonly List<string> _done = [];

    public ReplicaId Self { get; } = new(1);

    public Genesis Genesis { get; } = KeyGenerator.Generate("test", 4, PortPlan.Default.Local).Genesis;

    public NodeCounters Counters { get; } = new();

    public LinkCounters Links { get; } = new();

    public ActorSystem ConsensusSystem { get; } = ActorSystem.Create("hotstuff", "akka { stdout-loglevel = OFF, loglevel = OFF }");

    public OpsSystem? Ops { get; set; }

    public bool IsPaused { get; private set; }

    public IReadOnlyList<Evidence> Evidence { get; set; } = [];

    public ClusterFeed Feed { get; } = new();

    public bool CanJoin { get; set; } = true;

    public IReadOnlyList<BlockDescription> AllBlocks { get; set; } = [];

    /// <summary>What was done, in order.</summary>
    public IReadOnlyList<string> Done => _done;

    public Func<CancellationToken, Task<NodeReport>>? Report { get; set; }

    public NodeStatus Status { get; set; } = new()
    {
        Replica = new ReplicaId(1),
        View = new View(17),
        Leader = new ReplicaId(2),
        Committed = new Height(14),
        Executed = new Height(13),
        LockedView = new View(15),
        HighQcView = new View(16),
        PeersProven = 2,
        PendingCommands = 5,
        Timeouts = 3,
        Version = "0.1.0",
    };

    public Task<NodeReport> ReportAsync(bool withDigest, CancellationToken cancellation) => Report is not null
        ? Report(cancellation)
        : Task.FromResult(new NodeReport(Status with { StateDigest = withDigest ? default(Digest) : null }, new Holdings(4, 5, 640, 6, 1)));

    public Task<PeersSnapshot> PeersAsync(CancellationToken cancellation) => Task.FromResult(new PeersSnapshot(
        Genesis.Validators.Where(validator => validator.Replica != Self).Select(validator => new PeerLink(
            new PeerAddress(validator.Replica, validator.Address.Host, validator.Address.Ports.Consensus), ActorRefs.Nobody, validator.Replica.Index != 3, default, default))));

    public IReadOnlyList<BlockDescription> Blocks(int most) => [.. AllBlocks.Take(most)];

    public void Pause()
    {
        IsPaused = true;
        _done.Add("pause");
    }

    public void Resume()
    {
        IsPaused = false;
        _done.Add("resume");
    }

    public void GiveUpView() => _done.Add("give up view");

    public bool JoinOps()
    {
        _done.Add("join");
        return CanJoin;
    }

    public void Kill() => _done.Add("kill");

    public async ValueTask DisposeAsync()
    {
        await ConsensusSystem.Terminate();
        if (Ops is { } ops)
            await ops.System.Terminate();
    }
}

/// <summary>A log in memory.</summary>
internal sealed class FakeLog : ILogControl
{
    public string Level { get; set; } = "info";

    public Broadcast<string> Lines { get; } = new(ILogControl.MaxPast);

    public IAsyncEnumerable<string> TailAsync(int past, CancellationToken cancellation = default) => Lines.WatchAsync(past, cancellation);

    public void Note(string line) => Lines.Publish(line);
}
