using System.Collections.Immutable;

namespace HotStuff.Consensus;

/// <summary>
/// One replica of the protocol as a pure state machine: <see cref="Advance"/> takes what happened and returns what is to be done. No I/O, no clock, no
/// randomness: the same events give the same effects. Not safe for use from several threads at a time.
/// </summary>
/// <remarks>
/// The parts follow the paper's algorithms and the pacemaker around them: proposals (Replica.Proposals.cs), votes (Replica.Votes.cs), certificates, locks and
/// commits (Replica.Certificates.cs), complaints and view changes (Replica.ViewChange.cs), commands and rest (Replica.Commands.cs), and what a replica asks
/// after a start (Replica.Remembering.cs).
/// </remarks>
public sealed partial class Replica
{
    private readonly Committee _committee;
    private readonly ReplicaId _self;
    private readonly ReplicaOptions _options;
    private readonly IProtocolRules _rules;
    private readonly ILeaderElection _leaders;
    private readonly SafetyRules _safety;
    private readonly Pacemaker _pacemaker;
    private readonly BlockTree _tree;
    private readonly Mempool _mempool;
    private readonly ShareCollector<VoteStatement> _votes;
    private readonly ShareCollector<ComplaintStatement> _complaints;
    private readonly ImmutableArray<Effect>.Builder _effects = ImmutableArray.CreateBuilder<Effect>();

    /// <summary>A replica as its store left it. Nothing happens before <see cref="ReplicaEvent.Started"/>.</summary>
    public Replica(
        Committee committee,
        IProtocolRules rules,
        ILeaderElection leaders,
        IReplicaSigner signer,
        ReplicaOptions options,
        RecoveredState recovered)
    {
        _committee = committee;
        _self = signer.Replica;
        _options = options;
        _rules = rules;
        _leaders = leaders;
        _safety = new SafetyRules(committee, rules, signer, recovered.Record);
        _pacemaker = new Pacemaker(committee, leaders, options.Pacemaker);
        _mempool = new Mempool(options.MempoolCommands, options.MempoolBytes);
        var steps = Holdings.StepsPerSigner(committee);
        _votes = new ShareCollector<VoteStatement>(committee.Quorum, steps, statement => statement.Step);
        _complaints = new ShareCollector<ComplaintStatement>(committee.Quorum, steps, statement => new Step(statement.View, Phase.Generic));
        _inquiry = recovered.Inquiry;
        _tree = new BlockTree(recovered.LastCommitted);
        foreach (var block in recovered.Uncommitted)
        {
            if (_tree.ParentOf(block) is { } parent && BlockTree.Fits(block, parent))
                _tree.Add(block, _rules.CommitAfter(block.Justify, _tree)?.Height);
        }
    }

    /// <summary>Which replica this is.</summary>
    public ReplicaId Self => _self;

    /// <summary>The limits of its blocks.</summary>
    public ProtocolLimits Limits => _options.Limits;

    /// <summary>The epoch that it takes part in.</summary>
    public Epoch Epoch => _committee.Epoch;

    /// <summary>
    /// The leader whose proposal is still to come: of this view, or of the next when this view's is here, and in the tree: nobody has checked the suspensions
    /// of another.
    /// </summary>
    public ReplicaId NextProposer =>
        _lastSeen is { } seen && seen.View == _pacemaker.View && _tree.Find(seen.Id) is not null ? _leaders.LeaderAfter(seen) : Leader;

    /// <summary>What the replica shows of itself.</summary>
    public ProtocolStatus Status => new(
        _pacemaker.View,
        Leader,
        _tree.Root.Height,
        _safety.Lock.View,
        _safety.HighQc.View,
        _tree.Count,
        _mempool.Commands,
        _pacemaker.Timeouts,
        _proposed);

    /// <summary>How much it keeps of what others said.</summary>
    public Holdings Holdings => new(_tree.Count, _mempool.Commands, _mempool.Bytes, _votes.Count + _complaints.Count, _orphans.Count);

    /// <summary>The safety record, as it must be durable before what was signed leaves.</summary>
    public SafetyRecord Record => _safety.Record;

    /// <summary>Takes one event and returns the effects, in the order in which they must be done.</summary>
    public ImmutableArray<Effect> Advance(ReplicaEvent happened)
    {
        switch (happened)
        {
            case ReplicaEvent.Started:
                OnStarted();
                break;
            case ReplicaEvent.ProposalReceived received:
                OnProposal(received.Proposal.Value);
                break;
            case ReplicaEvent.VoteReceived received:
                OnVote(received.Vote.Value);
                break;
            case ReplicaEvent.ComplaintReceived received:
                OnComplaint(received.Complaint.Value);
                break;
            case ReplicaEvent.NextViewReceived received:
                OnNextView(received.NextView.Value);
                break;
            case ReplicaEvent.InquiryReceived received:
                OnInquiry(received.Inquiry.Value);
                break;
            case ReplicaEvent.RecollectionReceived received:
                OnRecollection(received.Recollection.Value);
                break;
            case ReplicaEvent.CertificateFormed formed:
                OnCertificateFormed(formed.Certificate.Value);
                break;
            case ReplicaEvent.TimeoutCertificateFormed formed:
                OnTimeoutCertificateFormed(formed.Certificate.Value);
                break;
            case ReplicaEvent.VotesRefused refused:
                OnVotesRefused(refused);
                break;
            case ReplicaEvent.ComplaintsRefused refused:
                OnComplaintsRefused(refused);
                break;
            case ReplicaEvent.CommandsArrived arrived:
                OnCommands(arrived);
                break;
            case ReplicaEvent.BlocksFetched fetched:
                OnBlocksFetched(fetched.Blocks);
                break;
            case ReplicaEvent.CheckpointFetched fetched:
                OnCheckpoint(fetched.Root.Value);
                break;
            case ReplicaEvent.PeerProven proven:
                SendCertificates(proven.Peer);
                if (_remembering is not null && _remembering.Awaits(proven.Peer))
                    Inquire(proven.Peer);
                break;
            case ReplicaEvent.TimerFired fired:
                OnTimer(fired.Timer);
                break;
            default:
                throw new ArgumentException($"not an event of the protocol: {happened}", nameof(happened));
        }

        VoteForCertified();
        Propose();
        RestOrWatch();
        return _effects.DrainToImmutable();
    }

    private void OnStarted()
    {
        var highQc = _safety.HighQc;
        Apply(highQc);
        var view = _rules.ViewOpenedBy(highQc);
        if (_safety.HighTc is { } tc && tc.View.Next > view)
            view = tc.View.Next;
        EnterView(view, EntryReason.Start);
        if (_inquiry is { } number)
            Remember(number);
    }

    private void OnTimer(TimerKey timer)
    {
        if (timer.Epoch != _committee.Epoch)
            return;
        switch (timer.Kind)
        {
            case TimerKind.View when timer.View == _pacemaker.View:
                _watched = null;
                Complain();
                break;
            case TimerKind.Complaint when timer.View == _pacemaker.View && _pacemaker.Complaining:
                Complain();
                break;
            case TimerKind.Delta when timer.View == _pacemaker.View:
                _deltaOver = timer.View;
                break;
            case TimerKind.PassOn:
                OnPassOnTimer();
                break;
            case TimerKind.Fetch:
                OnFetchTimer();
                break;
            case TimerKind.Inquiry when _remembering is { } remembering:
                OnInquiryTimer(remembering);
                break;
            default:
                // A tick of a view that is over.
                break;
        }
    }

    private void Do(Effect effect) => _effects.Add(effect);

    private void Persist(Block? block = null) => Do(new Effect.Persist(_safety.Record, block));

    private void Refuse(Refusal reason, ReplicaId from, View view) => Do(new Effect.Refused(reason, from, view));

    private void StartTimer(TimerKind kind, TimeSpan after) =>
        Do(new Effect.StartTimer(new TimerKey(kind, _committee.Epoch, _pacemaker.View), after));
}
