using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>Proposes two blocks in each view that it leads, each to some of the others, a few of whom get both, and votes for both.</summary>
public sealed class EquivocatingLeader(Notebook notes, Random random) : Misbehaviour(notes, random)
{
    private static readonly ClientId Client = new(0xE0);

    private long _sequence;

    /// <inheritdoc/>
    protected override IEnumerable<Effect> InsteadOf(ByzantineContext self, Effect effect)
    {
        if (effect is not Effect.Broadcast { Message: Proposal proposal })
            return [effect];
        Act();
        var other = self.Propose(Other(self, proposal.Block), proposal.EntryCertificate);
        var effects = new List<Effect>();
        foreach (var replica in self.Others())
        {
            var choice = Random.Next(5);
            if (choice is 0 or 1 or 4)
                effects.Add(new Effect.Send(replica, proposal));
            if (choice is 2 or 3 or 4)
                effects.Add(new Effect.Send(replica, other));
        }

        return [.. effects, .. self.Votes(other.Block).SelectMany(self.ToOthers)];
    }

    /// <summary>The same block without its commands, or with one of the replica's own when it has none.</summary>
    private Block Other(ByzantineContext self, Block block)
    {
        IReadOnlyList<CommandSegment> segments = block.IsEmpty ? [CommandSegment.Create(Client, ++_sequence, ["twice"u8.ToArray()])] : [];
        return Block.Create(
            self.Committee.Chain, block.Epoch, block.View, block.Height, block.Proposer, block.Justify, segments, block.Suspensions);
    }
}
