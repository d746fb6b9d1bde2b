using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>Sends no vote, and leaves its last vote out of its complaints.</summary>
public sealed class VoteWithholder(Notebook notes, Random random) : Misbehaviour(notes, random)
{
    /// <inheritdoc/>
    protected override IEnumerable<Effect> InsteadOf(ByzantineContext self, Effect effect)
    {
        switch (MessageOf(effect))
        {
            case Vote:
                Act();
                return [];
            case Complaint { LastVote: not null } complaint:
                Act();
                return [With(effect, complaint with { LastVote = null })];
            default:
                return [effect];
        }
    }
}
