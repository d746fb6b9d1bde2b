using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>
/// Cuts off the last block before each view that it leads (tail forking: Giridharan et al., "BeeGees: stayin' alive in chained BFT", arXiv 2205.11652): forms no certificate of the
/// votes that it collects, but the timeout certificate of their view at once, and proposes a rival block to one replica alone, whose last vote this becomes.
/// </summary>
public sealed class TailForker(Notebook notes, Random random) : Misbehaviour(notes, random)
{
    /// <inheritdoc/>
    protected override IEnumerable<Effect> InsteadOf(ByzantineContext self, Effect effect)
    {
        switch (effect)
        {
            case Effect.CombineVotes or Effect.Send { Message: Vote }:
                Act();
                return [];
            case Effect.Send { Message: Complaint { LastVote: not null } complaint }:
                Act();
                return [With(effect, complaint with { LastVote = null })];
            case Effect.Broadcast { Message: Proposal proposal }:
                Act();
                return [new Effect.Send(Victim(self, proposal.Block), proposal)];
            default:
                return [effect];
        }
    }

    /// <summary>One of the others, who will not lead the next view: its vote must not be where it is collected anyway.</summary>
    private ReplicaId Victim(ByzantineContext self, Block block)
    {
        var next = self.Leaders.LeaderAfterTimeout(block.View.Next);
        var others = self.Others().Where(other => other != next).ToList();
        return others[Random.Next(others.Count)];
    }
}
