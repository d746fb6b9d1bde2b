using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>
/// Votes for every block that it sees, for its parent once more in the same view, and for everything that others vote for, in every phase at once, and tells everybody.
/// Once each: two of these would echo each other without end.
/// </summary>
public sealed class DoubleVoter(Notebook notes, Random random) : Misbehaviour(notes, random)
{
    private readonly HashSet<VoteStatement> _said = [];
    private readonly Queue<VoteStatement> _order = new();

    /// <inheritdoc/>
    protected override IEnumerable<Effect> InsteadOf(ByzantineContext self, Effect effect) =>
        MessageOf(effect) is Proposal own ? [effect, .. VotesFor(self, own.Block)] : [effect];

    /// <inheritdoc/>
    protected override IEnumerable<Effect> Besides(ByzantineContext self, ReplicaEvent happened) => happened switch
    {
        ReplicaEvent.ProposalReceived received => VotesFor(self, received.Proposal.Value.Block),
        ReplicaEvent.VoteReceived received => Say(self, received.Vote.Value.Statement),
        _ => [],
    };

    private IEnumerable<Effect> VotesFor(ByzantineContext self, Block block) =>
        self.Votes(block).SelectMany(vote => InAnyOrder(vote.Statement, vote.Statement with { Block = block.Parent })).SelectMany(statement => Say(self, statement));

    private VoteStatement[] InAnyOrder(VoteStatement one, VoteStatement other) => Random.Next(2) == 0 ? [one, other] : [other, one];

    private IEnumerable<Effect> Say(ByzantineContext self, VoteStatement statement)
    {
        if (!_said.Add(statement))
            return [];
        _order.Enqueue(statement);
        if (_order.Count > Notebook.Kept)
            _said.Remove(_order.Dequeue());
        Act();
        return self.ToOthers(self.Vote(statement));
    }
}
