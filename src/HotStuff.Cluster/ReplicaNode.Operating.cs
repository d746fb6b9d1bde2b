using Akka.Actor;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Cluster;

/// <content>What people see of the node and do to it.</content>
public sealed partial class ReplicaNode : IOperatedNode
{
    private static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(5);

    private readonly Lock _opsLock = new();
    private IActorRef _gateway = ActorRefs.Nobody;
    private IActorRef _consensus = ActorRefs.Nobody;
    private IActorRef _feed = ActorRefs.Nobody;
    private OpsSystem? _ops;
    private volatile bool _paused;

    /// <inheritdoc/>
    public ReplicaId Self => _self;

    /// <inheritdoc/>
    public Genesis Genesis { get; }

    /// <inheritdoc/>
    public LinkCounters Links => _links;

    /// <inheritdoc/>
    ActorSystem IOperatedNode.ConsensusSystem => _system;

    /// <inheritdoc/>
    public OpsSystem? Ops => _ops is { HasEnded: false } ops ? ops : null;

    /// <inheritdoc/>
    public bool IsPaused => _paused;

    /// <inheritdoc/>
    public IReadOnlyList<Evidence> Evidence => _store.Evidence;

    /// <inheritdoc/>
    public ClusterFeed Feed { get; } = new();

    /// <inheritdoc/>
    public async Task<NodeReport> ReportAsync(bool withDigest, CancellationToken cancellation) => (await AskAsync(withDigest, cancellation)).Report;

    /// <inheritdoc/>
    public async Task<PeersSnapshot> PeersAsync(CancellationToken cancellation) =>
        new((await AskAsync(withDigest: false, cancellation)).Peers.Links.Select(link => link with { Proven = IsReached(link) }));

    /// <inheritdoc/>
    public IReadOnlyList<BlockDescription> Blocks(int most)
    {
        most = Math.Clamp(most, 1, IOperatedNode.MaxBlocks);
        var record = _store.LoadRecord();
        var committed = _store.CommittedHeight;
        var uncommitted = _store.Uncommitted().Where(block => block.Height > committed).OrderByDescending(block => block.Height).ThenByDescending(block => block.View).ToList();
        var certified = uncommitted.Select(block => block.Parent).ToHashSet();
        var described = uncommitted.Take(most).Select(block => Describe(block, StateOf(block.Id))).ToList();
        for (var height = committed; described.Count < most && height > Height.Genesis && _store.FindCommitted(height) is { } block; height = new Height(height.Number - 1))
            described.Add(Describe(block, BlockState.Committed));
        return described;

        BlockState StateOf(BlockId id) =>
            id == record?.Lock.Block ? BlockState.Locked
            : id == record?.HighQc.Block || certified.Contains(id) ? BlockState.Certified
            : BlockState.Proposed;
    }

    /// <inheritdoc/>
    public void Pause()
    {
        _paused = true;
        _consensus.Tell(new OperatorRequest.Pause());
    }

    /// <inheritdoc/>
    public void Resume()
    {
        _paused = false;
        _consensus.Tell(new OperatorRequest.Resume());
    }

    /// <inheritdoc/>
    public void GiveUpView() => _consensus.Tell(new OperatorRequest.GiveUpView());

    /// <inheritdoc/>
    /// <exception cref="SettingsException">The port cannot be listened on.</exception>
    public bool JoinOps()
    {
        lock (_opsLock)
        {
            if (!_settings.Ops.Enabled || Ops is not null || Volatile.Read(ref _stopping) != 0)
                return false;
            var address = Genesis.Validators[_self.Index].Address;
            var seeds = Genesis.Validators.Take(2).Select(validator => $"{validator.Address.Host}:{validator.Address.Ports.Ops}").ToList();
            _ops = OpsSystem.Start(_settings, address.Host, address.Ports.Ops, seeds, _loggers);
            _ops.System.ActorOf(FeedExchange.Props(_self.Index, Genesis.Committee.Size, _feed), "feed");
            return true;
        }
    }

    private static BlockDescription Describe(Block block, BlockState state) => new(
        block.Id, block.Parent, block.Height, block.View, block.Proposer, block.CommandCount, block.Encoded.Length, state);

    private async Task<OperatedNodeReport> AskAsync(bool withDigest, CancellationToken cancellation)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(AnswerBound);
        return await _gateway.Ask<OperatedNodeReport>(new ReportAsked(withDigest), bound.Token);
    }
}
