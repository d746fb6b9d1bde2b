using System.Collections.Immutable;

namespace HotStuff.Consensus;

/// <summary>Tells what people see in the events and effects of one replica: for the live page, and for traces of the simulator.</summary>
public sealed class Observer
{
    private Step _lock;

    /// <summary>What happened, in the order in which it did, when <see cref="Replica.Advance"/> made <paramref name="effects"/> of an event.</summary>
    public IEnumerable<Occurrence> See(ReplicaEvent happened, ImmutableArray<Effect> effects)
    {
        if (Cause(happened, effects) is { } cause)
            yield return cause;
        foreach (var effect in effects)
        {
            if (effect is Effect.Persist { Record.Lock: var held } && held.Step.CompareTo(_lock) > 0)
            {
                _lock = held.Step;
                yield return new Occurrence(OccurrenceKind.Locked, held.View, Block: held.Block);
            }

            if (Consequence(effect) is { } consequence)
                yield return consequence;
        }
    }

    private static Occurrence? Cause(ReplicaEvent happened, ImmutableArray<Effect> effects) => happened switch
    {
        ReplicaEvent.ProposalReceived { Proposal.Value: { Block: var block } proposal } =>
            new Occurrence(OccurrenceKind.ProposalHeard, block.View, proposal.From, block.Id, block.Parent, block.Height, block.CommandCount),
        ReplicaEvent.VoteReceived { Vote.Value: { Statement: var vote } heard } =>
            new Occurrence(OccurrenceKind.VoteHeard, vote.View, heard.From, vote.Block, Phase: vote.Phase),
        ReplicaEvent.ComplaintReceived { Complaint.Value: var heard } => new Occurrence(OccurrenceKind.ComplaintHeard, heard.Statement.View, heard.From),
        ReplicaEvent.CertificateFormed { Certificate.Value.Statement: var formed } =>
            new Occurrence(OccurrenceKind.Certified, formed.View, Block: formed.Block, Phase: formed.Phase),
        ReplicaEvent.TimeoutCertificateFormed { Certificate.Value: var formed } => new Occurrence(OccurrenceKind.GaveUp, formed.View),
        // A timer that has become stale does nothing.
        ReplicaEvent.TimerFired { Timer: { Kind: TimerKind.View } timer } when !effects.IsEmpty => new Occurrence(OccurrenceKind.TimedOut, timer.View),
        _ => null,
    };

    private static Occurrence? Consequence(Effect effect) => effect switch
    {
        Effect.EnteredView entered => new Occurrence(
            entered.Reason switch
            {
                EntryReason.Start => OccurrenceKind.Started,
                EntryReason.TimeoutCertificate => OccurrenceKind.ViewChanged,
                _ => OccurrenceKind.Entered,
            },
            entered.View,
            entered.Leader),
        Effect.Broadcast { Message: Proposal { Block: var block } } => new Occurrence(
            OccurrenceKind.Proposed, block.View, null, block.Id, block.Parent, block.Height, block.CommandCount),
        Effect.Send { Message: Vote { Statement: var vote }, To: var to } => new Occurrence(OccurrenceKind.Voted, vote.View, to, vote.Block, Phase: vote.Phase),
        Effect.Send { Message: Complaint complaint, To: var to } => new Occurrence(OccurrenceKind.Complained, complaint.Statement.View, to),
        Effect.Commit { Blocks: [.., var last] blocks } => new Occurrence(
            OccurrenceKind.Committed, last.View, null, last.Id, null, last.Height, blocks.Sum(block => block.CommandCount)),
        Effect.Refused refused => new Occurrence(OccurrenceKind.Refused, refused.View, refused.From),
        Effect.Report { Evidence: var evidence } => new Occurrence(OccurrenceKind.Accused, evidence.View, evidence.Culprit),
        _ => null,
    };
}
