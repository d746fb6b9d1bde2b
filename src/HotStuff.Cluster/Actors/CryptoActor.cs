using Akka.Actor;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Cluster;

/// <summary>
/// The door for everything that peers say: decodes frames, drops what comes from peers that have not proven themselves, checks signatures and certificates, and
/// hands on only what holds. Also combines shares, off the consensus actor's thread. Frames that wait together are checked together, on all cores.
/// </summary>
public sealed class CryptoActor : UntypedActor
{
    private const int ParallelFrom = 4;

    private readonly Setup _setup;
    private readonly List<InboundFrame> _waiting = [];
    private PeersSnapshot _peers = PeersSnapshot.Empty;
    private Step _certified;
    private IActorRef _consensus = ActorRefs.Nobody;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public CryptoActor(Setup setup) => _setup = setup;

    /// <summary>What the actor needs.</summary>
    /// <param name="Decoder">Makes messages of frames.</param>
    /// <param name="Verifier">Makes verified ones of messages.</param>
    /// <param name="Peers">The peers actor: takes challenges and proofs.</param>
    /// <param name="Sync">The sync actor: takes requests for blocks and answers to its own.</param>
    /// <param name="Snapshots">The snapshot actor: takes shares of checkpoint certificates, and certificates.</param>
    /// <param name="Counters">Where refusals are counted.</param>
    public sealed record Setup(
        WireDecoder Decoder, MessageVerifier Verifier, IActorRef Peers, IActorRef Sync, IActorRef Snapshots, NodeCounters Counters);

    /// <summary>Props of the actor.</summary>
    public static Props Props(Setup setup) => Akka.Actor.Props.Create(() => new CryptoActor(setup));

    /// <inheritdoc/>
    protected override void PreStart() => _setup.Peers.Tell(new PeersActor.Subscribe(Self));

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InboundFrame frame:
                if (_waiting.Count == 0)
                    Self.Tell(CheckWaiting.Instance);
                _waiting.Add(frame);
                break;
            case CheckWaiting:
                Check();
                break;
            case Effect.CombineVotes or Effect.CombineComplaints:
                var combined = _setup.Verifier.Combine((Effect)message);
                if (combined is ReplicaEvent.CertificateFormed formed)
                    Certified(formed.Certificate.Value.Step);
                Sender.Tell(combined);
                break;
            case StepCertified certified:
                Certified(certified.Step);
                break;
            case PeersChanged changed:
                _peers = changed.Peers;
                break;
            case ConsensusReady ready:
                _consensus = ready.Consensus;
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Certified(Step step) => _certified = step > _certified ? step : _certified;

    private void Check()
    {
        if (_waiting.Count < ParallelFrom || Environment.ProcessorCount == 1)
        {
            foreach (var frame in _waiting)
                HandOn(Checked(frame));
        }
        else
        {
            var outcomes = new Outcome[_waiting.Count];
            Parallel.For(0, outcomes.Length, i => outcomes[i] = Checked(_waiting[i]));
            foreach (var outcome in outcomes)
                HandOn(outcome);
        }

        _waiting.Clear();
    }

    /// <summary>Decodes and verifies one frame. Touches nothing that changes, so that several run at once.</summary>
    private Outcome Checked(InboundFrame frame)
    {
        if (!_setup.Decoder.TryDecode(frame, out var message, out var refusal))
            return Outcome.Refused(refusal);
        if (message is Hello or LinkProof)
            return new Outcome(_setup.Peers, message);
        if (!_peers.Accepts(message))
        {
            _setup.Counters.Unproven();
            return default;
        }

        return message switch
        {
            // Of n votes n-f make the certificate; checking those that come after it would be for nothing.
            InboundVote late when late.Message.Value.Statement.Step <= _certified => default,
            InboundProposal proposal => Verified(_setup.Verifier.Verify(proposal.Message), verified => new ReplicaEvent.ProposalReceived(verified)),
            InboundVote vote => Verified(_setup.Verifier.Verify(vote.Message), verified => new ReplicaEvent.VoteReceived(verified)),
            InboundComplaint complaint => Verified(_setup.Verifier.Verify(complaint.Message), verified => new ReplicaEvent.ComplaintReceived(verified)),
            InboundNextView next => Verified(_setup.Verifier.Verify(next.Message), verified => new ReplicaEvent.NextViewReceived(verified)),
            InboundInquiry inquiry => Verified(_setup.Verifier.Verify(inquiry.Message), verified => new ReplicaEvent.InquiryReceived(verified)),
            InboundRecollection answer => Verified(_setup.Verifier.Verify(answer.Message), verified => new ReplicaEvent.RecollectionReceived(verified)),
            InboundCheckpointShare share => Told(_setup.Verifier.Verify(share.Message)),
            CheckpointNotice notice => Told(_setup.Verifier.Verify(notice.Certificate)),
            PassOn passOn => new Outcome(_consensus, new ClientEvent(new ReplicaEvent.CommandsArrived(passOn.Segments, PassedOn: true))),
            _ => new Outcome(_setup.Sync, message),
        };
    }

    private Outcome Verified<T>(Verification<T> verification, Func<Verified<T>, ReplicaEvent> toEvent)
        where T : class =>
        verification.Value is { } verified
            ? new Outcome(_consensus, new PeerEvent(toEvent(verified)))
            : Outcome.Refused(verification.Reason ?? Refusal.Malformed);

    private Outcome Told<T>(Verification<T> verification)
        where T : class =>
        verification.Value is { } verified ? new Outcome(_setup.Snapshots, verified) : Outcome.Refused(verification.Reason ?? Refusal.Malformed);

    private void HandOn(Outcome outcome)
    {
        if (outcome.Refusal is { } refusal)
            _setup.Counters.Refused(refusal);
        else if (outcome.Message is not null)
            outcome.To!.Tell(outcome.Message);
    }

    private readonly record struct Outcome(IActorRef? To, object? Message, Refusal? Refusal = null)
    {
        public static Outcome Refused(Refusal reason) => new(null, null, reason);
    }

    private sealed class CheckWaiting
    {
        public static readonly CheckWaiting Instance = new();
    }
}
