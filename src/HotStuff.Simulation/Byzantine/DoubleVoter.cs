using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>Votes for every block that it sees and for everything that others vote for, in every phase at once, also conflicting, and tells everybody.</summary>
public sealed class DoubleVoter(Notebook notes, Random random) : Misbehaviour(notes, random)
{
    /// <inheritdoc/>
    protected override IEnumerable<Effect> InsteadOf(ByzantineContext self, Effect effect) =>
        MessageOf(effect) is Proposal own ? [effect, .. VotesFor(self, own.Block)] : [effect];

    /// <inheritdoc/>
    protected override IEnumerable<Effect> Besides(ByzantineContext self, ReplicaEvent happened) => happened switch
    {
        ReplicaEvent.ProposalReceived received => VotesFor(self, received.Proposal.Value.Block),
        ReplicaEvent.VoteReceived received => [Say(self.Vote(received.Vote.Value.Statement))],
        _ => [],
    };

    private List<Effect> VotesFor(ByzantineContext self, Block block) => [.. self.Votes(block).Select(Say)];

    private Effect Say(Vote vote)
    {
        Act();
        return new Effect.Broadcast(vote);
    }
}
