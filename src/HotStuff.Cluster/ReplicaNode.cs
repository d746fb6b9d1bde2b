using System.Diagnostics;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using HotStuff.Client;
using HotStuff.Cluster.Clients;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.StateMachine;
using HotStuff.Storage;

namespace HotStuff.Cluster;

/// <summary>How a node ended.</summary>
/// <param name="Failure">Why, in one line, when it was not asked to; null after a clean stop.</param>
public sealed record NodeExit(string? Failure);

/// <summary>
/// One replica, whole: store, protocol, actors, the port for peers, the port for clients, and a membership of the ops cluster. A process may hold several.
/// </summary>
public sealed partial class ReplicaNode : IAsyncDisposable
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<NodeExit> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly NodeCounters _counters = new();
    private readonly LinkCounters _links = new();
    private readonly ReplicaId _self;
    private readonly IReplicaStore _store;
    private readonly ActorSystem _system;
    private readonly NodeSettings _settings;
    private readonly IReadOnlyList<string>? _loggers;
    private ClientListener? _listener;
    private int _stopping;

    private ReplicaNode(ReplicaId self, Genesis genesis, NodeSettings settings, IReplicaStore store, ActorSystem system, IReadOnlyList<string>? loggers)
    {
        _self = self;
        Genesis = genesis;
        _settings = settings;
        _store = store;
        _system = system;
        _loggers = loggers;
    }

    /// <summary>Completes when the node has ended, whether asked to or not.</summary>
    public Task<NodeExit> WhenStopped => _stopped.Task;

    /// <summary>What the node has counted.</summary>
    public NodeCounters Counters => _counters;

    /// <summary>Starts a node; it serves clients when this returns.</summary>
    /// <param name="settings">The node's settings.</param>
    /// <param name="genesis">The chain and its validators.</param>
    /// <param name="signer">This replica's keys.</param>
    /// <param name="stateMachine">What is replicated; has executed nothing and belongs to the node from now on.</param>
    /// <param name="loggers">Class names of Akka loggers; null for Akka's own, which writes to the console.</param>
    /// <param name="misbehave">Makes the replica Byzantine, for demonstrations; null for an honest one.</param>
    /// <param name="wrap">What the node uses in place of the store that it opened, and disposes with it; null: the store itself. For tests of what a store may do.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="SettingsException">A setting is wrong, also for this chain, or a port is in use.</exception>
    /// <exception cref="StoreException">The data directory cannot be used.</exception>
    public static async Task<ReplicaNode> StartAsync(
        NodeSettings settings,
        Genesis genesis,
        IReplicaSigner signer,
        IStateMachine stateMachine,
        IReadOnlyList<string>? loggers = null,
        Func<Replica, EffectFilter>? misbehave = null,
        Func<IReplicaStore, IReplicaStore>? wrap = null,
        CancellationToken cancellation = default)
    {
        if (settings.Protocol is { } protocol && protocol != genesis.Protocol)
            throw new SettingsException($"hotstuff.protocol is '{protocol}'; allowed on this chain: {genesis.Protocol}, any");
        var addresses = genesis.Validators
            .Select(validator => new PeerAddress(validator.Replica, validator.Address.Host, validator.Address.Ports.Consensus))
            .ToList();
        RequireKnownAddress(settings.Consensus, addresses[signer.Replica.Index]);
        var opened = ReplicaStores.Open(
            settings.Durability == Durability.Memory ? null : settings.DataDirectory, settings.Durability, genesis.ChainId, genesis.Limits);
        var store = wrap is null ? opened : wrap(opened);
        var peers = addresses.Where(address => address.Replica != signer.Replica).ToList();
        ActorSystem system;
        try
        {
            system = ConsensusSystem.Start(settings, addresses[signer.Replica.Index], peers, genesis.Limits, loggers);
        }
        catch
        {
            store.Dispose();
            throw;
        }

        var node = new ReplicaNode(signer.Replica, genesis, settings, store, system, loggers);
        try
        {
            var gateway = node.StartActors(settings, genesis, signer, stateMachine, peers, misbehave);
            await node.OpenPortsAsync(settings, genesis, gateway, cancellation);
        }
        catch
        {
            node._begun.SetResult();
            await node.StopAsync();
            throw;
        }

        node._begun.SetResult();
        return node;
    }

    /// <summary>Stops serving clients, leaves the ops cluster, ends all actors and closes the store.</summary>
    public Task StopAsync()
    {
        End(null);
        return _stopped.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>The other replicas take messages only from where the genesis file says that this one is.</summary>
    private static void RequireKnownAddress(ConsensusSettings settings, PeerAddress self)
    {
        if (settings.Host is { } host && host != self.Host)
            throw SettingsReader.Refused("consensus.host", host, $"{self.Host}, as in the genesis file, or nothing");
        if (settings.Port != 0 && settings.Port != self.Port)
            throw SettingsReader.Refused("consensus.port", $"{settings.Port}", $"{self.Port}, as in the genesis file, or 0");
    }

    private IActorRef StartActors(
        NodeSettings settings,
        Genesis genesis,
        IReplicaSigner signer,
        IStateMachine stateMachine,
        IReadOnlyList<PeerAddress> peerAddresses,
        Func<Replica, EffectFilter>? misbehave)
    {
        var identities = new IdentityKeys(genesis);
        var shares = new ShareCache();
        var verifier = new MessageVerifier(genesis.Committee, genesis.CreateScheme(shares), identities, shares);
        var replica = CreateReplica(settings, genesis, new RememberingSigner(signer, shares));
        var state = new ReplicatedState(stateMachine, genesis.Limits);

        var traces = CommandTraces.Create(settings.Traces, signer.Replica);
        var watch = _system.ActorOf(NodeWatch.Props(End), "watch");
        _system.EventStream.Subscribe(watch, typeof(Error));
        _ = _system.WhenTerminated.ContinueWith(_ => End("the consensus system ended"), TaskScheduler.Default);
        var gateway = Start("gateway", GatewayActor.Props(new GatewayActor.Setup(
            genesis.ChainId, signer, settings.Gateway.MaxPendingCommands, settings.Gateway.MaxPendingBytes, DescribeNode, traces)));
        var peers = Start("peers", PeersActor.Props(new PeersActor.Setup(
            genesis.Committee,
            signer,
            (peer, message, signature) => identities.Verify(peer, message.Span, signature),
            peerAddresses,
            address => ConsensusSystem.Resolve(_system, address),
            _store,
            _links)).WithDispatcher(ConsensusSystem.ConsensusDispatcher).WithMailbox(ConsensusSystem.Mailbox));
        var snapshots = Start("snapshots", SnapshotActor.Props(new SnapshotActor.Setup(
            genesis.Committee, signer, verifier, _store, genesis.Limits, peers)).WithDispatcher(ConsensusSystem.WriterDispatcher));
        var executor = Start("executor", ExecutorActor.Props(new ExecutorActor.Setup(state, genesis.ChainId, _store, gateway, snapshots, traces))
            .WithDispatcher(ConsensusSystem.ExecutorDispatcher));
        gateway.Tell(new GatewayActor.ExecutorReady(executor));
        var pacemaker = Start("pacemaker", PacemakerActor.Props().WithDispatcher(ConsensusSystem.ConsensusDispatcher));
        var sync = Start("sync", SyncActor.Props(new SyncActor.Setup(
            signer.Replica, genesis.ChainId, _store, verifier, genesis.Limits, settings.Sync, peers, _counters))
            .WithMailbox(ConsensusSystem.Mailbox));
        var crypto = Start(ConsensusSystem.EntryActor, CryptoActor.Props(new CryptoActor.Setup(
            new WireDecoder(genesis.Committee, genesis.Limits), verifier, peers, sync, snapshots, _counters))
            .WithDispatcher(ConsensusSystem.CryptoDispatcher)
            .WithMailbox(ConsensusSystem.Mailbox));
        var writer = settings.Durability == Durability.Fsync
            ? Start("writer", WriterActor.Props(_store).WithDispatcher(ConsensusSystem.WriterDispatcher))
            : null;
        var consensus = Start("consensus", ConsensusActor.Props(new ConsensusActor.Setup(
            replica, _store, peers, crypto, verifier, pacemaker, executor, sync, gateway, _counters, writer, misbehave?.Invoke(replica), traces))
            .WithDispatcher(ConsensusSystem.ConsensusDispatcher)
            .WithMailbox(ConsensusSystem.Mailbox));
        _gateway = gateway;
        _consensus = consensus;
        _feed = Start("feed", FeedActor.Props(Feed, consensus));
        return gateway;

        IActorRef Start(string name, Props props)
        {
            var actor = _system.ActorOf(props, name);
            watch.Tell(new NodeWatch.Guard(actor));
            return actor;
        }
    }

    private Replica CreateReplica(NodeSettings settings, Genesis genesis, IReplicaSigner signer)
    {
        GoOnFromCheckpoint(genesis);
        var fresh = RecoveredState.Fresh(genesis.ChainId);
        var recovered = new RecoveredState(
            _store.LoadRecord() ?? fresh.Record, _store.FindCommitted(_store.CommittedHeight) ?? fresh.LastCommitted, _store.Uncommitted(), Link.RandomValue());
        var rules = ProtocolRules.Create(genesis.Protocol) ?? throw new ConfigurationProblemException($"protocol {genesis.Protocol} is unknown");
        var leaders = LeaderElections.Create(genesis.Leaders, genesis.Committee)
            ?? throw new ConfigurationProblemException($"leaders {genesis.Leaders} is unknown");
        return new Replica(genesis.Committee, rules, leaders, signer, settings.ReplicaOptions(genesis.Limits), recovered);
    }

    /// <summary>Does what a crash may have kept a replica from that had fetched a snapshot: take it as the last that is committed.</summary>
    private void GoOnFromCheckpoint(Genesis genesis)
    {
        if (_store.Snapshots.All is [.., { Certificate: not null } fetched] && fetched.Height > _store.CommittedHeight
            && _store.Snapshots.ReadAll(fetched.Manifest.Digest) is { } contents
            && ReplicatedState.LastBlockOf(contents, genesis.Limits, genesis.ChainId) is { } root)
        {
            _store.Restart(root);
        }
    }

    private async Task OpenPortsAsync(
        NodeSettings settings, Genesis genesis, IActorRef gateway, CancellationToken cancellation)
    {
        var address = genesis.Validators[_self.Index].Address;
        var options = new ClientListenerOptions
        {
            Committee = genesis.Committee,
            Replica = _self,
            Limits = genesis.Limits,
            Host = settings.Gateway.Host ?? address.Host,
            Port = settings.Gateway.Port == 0 ? address.Ports.Client : settings.Gateway.Port,
            MaxConnections = settings.Gateway.MaxConnections,
            Version = Version,
        };
        try
        {
            _listener = await ClientListener.StartAsync(options, new GatewayActor.Handler(gateway), cancellation);
        }
        catch (IOException exception) when (exception.InnerException is SocketException cause)
        {
            throw ListenProblem.Of("gateway", "host", options.Host, options.Port, cause);
        }

        _ = _listener.Failed.ContinueWith(
            failed => End($"the clients' port failed: {failed.Exception?.GetBaseException().Message}"),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);

        JoinOps();
    }

    private static string Version => typeof(ReplicaNode).Assembly.GetName().Version?.ToString(3) ?? "";

    private NodeStatus DescribeNode(StatusInquiry inquiry)
    {
        using var process = Process.GetCurrentProcess();
        var evidence = _store.Evidence;
        return new NodeStatus
        {
            Replica = _self,
            View = inquiry.Replica?.View ?? default,
            Leader = inquiry.Replica?.Leader ?? default,
            Committed = inquiry.Replica?.Committed ?? default,
            LockedView = inquiry.Replica?.LockedView ?? default,
            HighQcView = inquiry.Replica?.HighQcView ?? default,
            PendingCommands = inquiry.Replica?.PendingCommands ?? 0,
            Timeouts = inquiry.Replica?.Timeouts ?? 0,
            PeersProven = inquiry.Peers.Links.Count(IsReached),
            Executed = inquiry.Executed,
            CommandsExecuted = inquiry.CommandsExecuted,
            Duplicates = inquiry.DuplicatesSuppressed,
            StateDigest = inquiry.Digest,
            Blocks = _counters.BlocksCommitted,
            Version = Version,
            Uptime = TimeProvider.System.GetElapsedTime(_started),
            CpuSeconds = process.TotalProcessorTime.TotalSeconds,
            RssBytes = process.WorkingSet64,
            OpsMembers = Ops?.Members.Count ?? 0,
            Checkpoint = _store.Snapshots.All.LastOrDefault(snapshot => snapshot.Certificate is not null)?.Height ?? Height.Genesis,
            Oldest = _store.OldestHeight,
            BlocksFetched = _counters.BlocksFetched,
            SnapshotsFetched = _counters.SnapshotsFetched,
            EvidenceCount = evidence.Count,
            Resources = Resources(process),
            Evidence = inquiry.WithEvidence
                ? [.. evidence.Take(NodeStatus.MaxEvidence).Select(piece => (ReadOnlyMemory<byte>)EvidenceCodec.Encode(Genesis.ChainId, piece))]
                : [],
        };
    }

    // A proof stays until the next one; a connection ends with its peer's process.
    private bool IsReached(PeerLink link) => link.Proven && OutboundLinks.Of(_system).Find(link.Target.Path.Address) is not null;

    /// <summary>Ends the node, once; <paramref name="failure"/> says why when it was not asked to.</summary>
    private void End(string? failure)
    {
        if (Interlocked.Exchange(ref _stopping, 1) != 0)
            return;
        // Not awaited: whoever waits for WhenStopped learns the reason when everything has ended.
        _ = Task.Run(async () =>
        {
            // What is still being opened could not be closed.
            await _begun.Task;
            foreach (var close in (Func<ValueTask>[])[CloseListenerAsync, LeaveOpsAsync, EndActorsAsync, CloseStoreAsync])
            {
                try
                {
                    await close();
                }
                catch (Exception exception)
                {
                    // The rest must be closed all the same, and what ended the node first is what people want to know.
                    failure ??= $"not everything could be closed: {exception.Message}";
                }
            }

            _stopped.TrySetResult(new NodeExit(failure));
        });
    }

    private ValueTask CloseListenerAsync() => _listener?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask LeaveOpsAsync()
    {
        if (Ops is { } ops)
            await ops.LeaveAsync();
    }

    private async ValueTask EndActorsAsync() => await _system.Terminate();

    private ValueTask CloseStoreAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }
}
