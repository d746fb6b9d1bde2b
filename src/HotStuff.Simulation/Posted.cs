using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Simulation;

/// <summary>A message on the network, verified by its first receiver for all: whether it verifies is a function of its bytes.</summary>
internal sealed class Posted(object message)
{
    private ReplicaEvent? _event;
    private Refusal? _refusal;

    /// <summary>A <see cref="ConsensusMessage"/> or an <see cref="Effect.PassOn"/>.</summary>
    public object Message => message;

    /// <summary>What its arrival is to a replica, or why it is refused.</summary>
    public ReplicaEvent? Open(MessageVerifier verifier, out Refusal refusal)
    {
        if (_event is null && _refusal is null)
            Verify(verifier);
        refusal = _refusal ?? default;
        return _event;
    }

    private void Verify(MessageVerifier verifier)
    {
        switch (message)
        {
            case Proposal proposal:
                var proposed = verifier.Verify(new Unverified<Proposal>(proposal));
                _event = proposed.Value is { } verifiedProposal ? new ReplicaEvent.ProposalReceived(verifiedProposal) : null;
                _refusal = proposed.Reason;
                break;
            case Vote vote:
                var voted = verifier.Verify(new Unverified<Vote>(vote));
                _event = voted.Value is { } verifiedVote ? new ReplicaEvent.VoteReceived(verifiedVote) : null;
                _refusal = voted.Reason;
                break;
            case Complaint complaint:
                var complained = verifier.Verify(new Unverified<Complaint>(complaint));
                _event = complained.Value is { } verifiedComplaint ? new ReplicaEvent.ComplaintReceived(verifiedComplaint) : null;
                _refusal = complained.Reason;
                break;
            case NextView next:
                var shown = verifier.Verify(new Unverified<NextView>(next));
                _event = shown.Value is { } verifiedNext ? new ReplicaEvent.NextViewReceived(verifiedNext) : null;
                _refusal = shown.Reason;
                break;
            case Inquiry inquiry:
                var asked = verifier.Verify(new Unverified<Inquiry>(inquiry));
                _event = asked.Value is { } verifiedInquiry ? new ReplicaEvent.InquiryReceived(verifiedInquiry) : null;
                _refusal = asked.Reason;
                break;
            case Recollection recollection:
                var answered = verifier.Verify(new Unverified<Recollection>(recollection));
                _event = answered.Value is { } verifiedRecollection ? new ReplicaEvent.RecollectionReceived(verifiedRecollection) : null;
                _refusal = answered.Reason;
                break;
            case Effect.PassOn passed:
                _event = new ReplicaEvent.CommandsArrived(passed.Segments, PassedOn: true);
                break;
            default:
                throw new InvalidOperationException($"not a message: {message}");
        }
    }
}
