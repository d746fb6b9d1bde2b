using System.Buffers;
using Akka.Actor;
using Akka.Event;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Storage;

namespace HotStuff.Cluster;

/// <summary>
/// Puts snapshots on the disk, signs them, collects the others' signatures to checkpoint certificates, and forgets what lies below: blocks and snapshots before the certified checkpoint
/// before the last one, so that a replica that is a little behind still finds blocks. A quorum that took another snapshot than this replica stops the node: its state is wrong.
/// </summary>
public sealed class SnapshotActor : UntypedActor, IWithTimers
{
    /// <summary>How many snapshots above the last certified one are kept: without a quorum's shares, which Byzantine replicas may withhold, none of them is ever certified.</summary>
    public const int MostUncertified = 2;

    /// <summary>How often the own share is said again while there is no certificate.</summary>
    public static readonly TimeSpan Repetition = TimeSpan.FromSeconds(2);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Setup _setup;
    private readonly CheckpointShares _shares;
    private PeersSnapshot _peers = PeersSnapshot.Empty;
    private CheckpointShare? _own;
    private CheckpointCertificate? _last;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public SnapshotActor(Setup setup)
    {
        _setup = setup;
        _shares = new CheckpointShares(setup.Committee.Quorum);
        _last = setup.Store.Snapshots.All.LastOrDefault(snapshot => snapshot.Certificate is not null)?.Certificate;
        // One that was taken and not certified before the process ended.
        if (setup.Store.Snapshots.All is [.., { Certificate: null } taken] && taken.Height <= setup.Store.CommittedHeight)
            _own = Sign(taken.Manifest);
    }

    /// <summary>What the actor needs.</summary>
    /// <param name="Committee">The validators.</param>
    /// <param name="Signer">This replica's keys.</param>
    /// <param name="Verifier">Combines shares.</param>
    /// <param name="Store">Where blocks and snapshots are kept.</param>
    /// <param name="Limits">The limits of the chain.</param>
    /// <param name="Peers">The peers actor.</param>
    public sealed record Setup(
        Committee Committee, IReplicaSigner Signer, MessageVerifier Verifier, IReplicaStore Store, ProtocolLimits Limits, IActorRef Peers);

    /// <summary>Props of the actor.</summary>
    public static Props Props(Setup setup) => Akka.Actor.Props.Create(() => new SnapshotActor(setup));

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _setup.Peers.Tell(new PeersActor.Subscribe(Self));
        Timers.StartPeriodicTimer(Repeat.Instance, Repeat.Instance, Repetition, Repetition);
        if (_own is not null)
            _shares.Add(_own);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Taken taken:
                Keep(taken);
                Sender.Tell(Kept.Instance);
                break;
            case Verified<CheckpointShare> share:
                OnShare(share.Value);
                break;
            case Verified<CheckpointCertificate> certificate:
                OnCertificate(certificate.Value);
                break;
            case Repeat when _own is not null:
                foreach (var link in _peers.Links)
                    Say(_own, link);
                break;
            case Repeat:
                break;
            case PeersChanged changed:
                _peers = changed.Peers;
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Keep(Taken taken)
    {
        if (_last is { } last && last.Height >= taken.Block.Height)
            return;
        var manifest = SnapshotManifest.Of(taken.Block, taken.Contents, _setup.Limits.SnapshotChunkBytes);
        _setup.Store.Snapshots.Write(manifest, taken.Contents);
        ForgetUncertified();
        _own = Sign(manifest);
        _shares.Add(_own);
        foreach (var link in _peers.Links)
            Say(_own, link);
        Certify(manifest.Height);
    }

    private void ForgetUncertified()
    {
        var uncertified = _setup.Store.Snapshots.All.Where(snapshot => snapshot.Certificate is null).ToList();
        foreach (var old in uncertified.SkipLast(MostUncertified))
            _setup.Store.Snapshots.Remove(old.Manifest.Digest);
    }

    private CheckpointShare Sign(SnapshotManifest manifest)
    {
        var statement = new CheckpointStatement(_setup.Committee.Epoch, manifest.Height, manifest.Block, manifest.Digest);
        var signature = _setup.Signer.SignShare(SignedBytes.Checkpoint(_setup.Committee.Chain, statement));
        return new CheckpointShare(statement, new SignatureShare(_setup.Signer.Replica, signature));
    }

    private static void Say(CheckpointShare share, PeerLink to) => to.Target.Tell(WireEncoder.Encode(share, to.Own), ActorRefs.NoSender);

    private void OnShare(CheckpointShare share)
    {
        if (Find(share.Statement.Height)?.Certificate is { } certificate)
        {
            // It still collects what is here already.
            if (_peers.Find(share.Share.Signer) is { } link)
                link.Target.Tell(WireEncoder.Encode(new CheckpointNotice(link.Own, _setup.Signer.Replica, new Unverified<CheckpointCertificate>(certificate))), ActorRefs.NoSender);
        }
        else if (_last is null || share.Statement.Height > _last.Height)
        {
            _shares.Add(share);
            Certify(share.Statement.Height);
        }
    }

    /// <summary>With a quorum's shares for a height of which a snapshot is here: makes the certificate.</summary>
    private void Certify(Height height)
    {
        if (Find(height) is null || _shares.QuorumAt(height) is not var (statement, shares))
            return;
        var combined = _setup.Verifier.Combine(statement, shares);
        if (combined.Certificate is { } certificate)
            OnCertificate(certificate.Value);
        else
            _shares.Refuse(height, combined.BadSigners);
    }

    private void OnCertificate(CheckpointCertificate certificate)
    {
        if (certificate.Height <= _last?.Height || Find(certificate.Height) is not { } snapshot)
            return;
        if (snapshot.Manifest.Digest != certificate.Statement.Snapshot)
            throw Diverged(certificate.Height);
        _setup.Store.Snapshots.Certify(certificate);
        if (_last is { } before)
        {
            _setup.Store.Prune(before.Height);
            _setup.Store.Snapshots.Prune(before.Height);
        }

        _log.Info("the snapshot at height {0} is certified; the oldest block is that of height {1}", certificate.Height.Number, _setup.Store.OldestHeight.Number);
        _last = certificate;
        if (_own?.Statement.Height <= certificate.Height)
            _own = null;
        _shares.Prune(certificate.Height);
    }

    private StoredSnapshot? Find(Height height) => _setup.Store.Snapshots.All.FirstOrDefault(snapshot => snapshot.Height == height);

    private static StoreException Diverged(Height height) => new(
        $"the state of this replica at height {height.Number} is not the one that a quorum has: its disk or memory is damaged, or its state machine is not deterministic; "
        + "remove its data directory and start it again, and it fetches the right state");

    /// <summary>A snapshot of the state was taken; answered with <see cref="Kept"/> when it is on the disk.</summary>
    /// <param name="Block">The last block that is in it.</param>
    /// <param name="Contents">All its bytes.</param>
    public sealed record Taken(Block Block, ReadOnlySequence<byte> Contents);

    /// <summary>A snapshot is on the disk.</summary>
    public sealed class Kept
    {
        /// <summary>The one there is.</summary>
        public static readonly Kept Instance = new();

        private Kept()
        {
        }
    }

    private sealed class Repeat
    {
        public static readonly Repeat Instance = new();
    }
}
