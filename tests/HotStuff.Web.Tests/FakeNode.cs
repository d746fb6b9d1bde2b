using Akka.Actor;
using Akka.Configuration;
using HotStuff.Client;
using HotStuff.Cluster;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Web.Tests;

/// <summary>A node that says what a test wants it to say.</summary>
internal sealed class FakeNode : IOperatedNode, IAsyncDisposable
{
    public FakeNode()
    {
        Genesis = KeyGenerator.Generate("fake", 4, PortPlan.From(23_000).Local, new ProtocolLimits { MaxCommandBytes = 2000 }).Genesis;
        Report = new NodeReport(
            new NodeStatus
            {
                Replica = Self,
                View = new View(12),
                Leader = new ReplicaId(3),
                Committed = new Height(9),
                Executed = new Height(8),
                LockedView = new View(10),
                HighQcView = new View(11),
                PeersProven = 3,
                PendingCommands = 5,
                Timeouts = 2,
                Blocks = 7,
                CommandsExecuted = 70,
                Version = "1.2.3",
                Uptime = TimeSpan.FromSeconds(61),
                CpuSeconds = 1.5,
                RssBytes = 100 * 1024 * 1024,
            },
            new Holdings(3, 5, 512, 6, 0));
        NewestBlocks = [Block(11, 10, 11, BlockState.Certified), Block(10, 9, 10, BlockState.Locked), Block(9, 8, 9, BlockState.Committed)];
    }

    public ReplicaId Self => new(1);

    public Genesis Genesis { get; }

    public NodeCounters Counters { get; } = new();

    public LinkCounters Links { get; } = new();

    public ActorSystem ConsensusSystem { get; } = ActorSystem.Create("fake", ConfigurationFactory.ParseString("akka.loglevel = off, akka.stdout-loglevel = off"));

    public OpsSystem? Ops => null;

    public bool IsPaused { get; private set; }

    public IReadOnlyList<Evidence> Evidence { get; set; } = [];

    public ClusterFeed Feed { get; } = new();

    /// <summary>What it says; null: nothing, ever.</summary>
    public NodeReport? Report { get; set; }

    public IReadOnlyList<BlockDescription> NewestBlocks { get; set; }

    /// <summary>How often it was asked.</summary>
    public int TimesAsked { get; private set; }

    public async Task<NodeReport> ReportAsync(bool withDigest, CancellationToken cancellation)
    {
        TimesAsked++;
        if (Report is null)
            await Task.Delay(Timeout.Infinite, cancellation);
        return Report!;
    }

    public Task<PeersSnapshot> PeersAsync(CancellationToken cancellation) => Task.FromResult(PeersSnapshot.Empty);

    public IReadOnlyList<BlockDescription> Blocks(int most) => [.. NewestBlocks.Take(most)];

    public void Pause() => IsPaused = true;

    public void Resume() => IsPaused = false;

    public void GiveUpView() => throw new NotSupportedException();

    public bool JoinOps() => throw new NotSupportedException();

    public async ValueTask DisposeAsync() => await ConsensusSystem.Terminate();

    public static BlockDescription Block(byte id, byte parent, long view, BlockState state) =>
        new(Id(id), Id(parent), new Height(id), new View(view), new ReplicaId(2), 100, 2048, state);

    private static BlockId Id(byte id) => new(new Digest([.. Enumerable.Repeat(id, Digest.Size)]));
}
