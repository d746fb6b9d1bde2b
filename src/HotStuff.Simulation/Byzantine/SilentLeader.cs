using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>Says nothing as a leader: neither proposes nor shows the certificates that it formed.</summary>
public sealed class SilentLeader(Notebook notes, Random random) : Misbehaviour(notes, random)
{
    /// <inheritdoc/>
    protected override IEnumerable<Effect> InsteadOf(ByzantineContext self, Effect effect)
    {
        if (effect is not Effect.Broadcast && MessageOf(effect) is not Proposal)
            return [effect];
        Act();
        return [];
    }
}
