namespace HotStuff.Consensus;

/// <content>Proposals and votes (paper, algorithm 3, lines 2-15).</content>
public sealed partial class Replica
{
    private readonly Dictionary<ReplicaId, Proposal> _orphans = [];
    private VoteStatement? _lastSeen;
    private View _lastTurn;
    private long _proposed;

    /// <summary>
    /// As leader, with the certificate of the view before: extend the highest certified block by what waits. With nothing to order and nothing left to
    /// commit, rest: the first command brings the proposal (paper: onBeat).
    /// </summary>
    private void Propose()
    {
        var view = _pacemaker.View;
        if (_pacemaker.Leader != _self || _lastTurn == view || _pacemaker.Complaining)
            return;
        var justify = _safety.HighQc;
        if (_tree.Find(justify.Block) is not { } parent)
        {
            Miss(justify);
            return;
        }

        var segments = PickCommands(parent);
        if (segments.IsEmpty && _tree.IsSettled(parent))
            return;

        _lastTurn = view;
        var block = Block.Create(_committee.Chain, _committee.Epoch, view, parent.Height.Next, _self, justify, segments);
        if (_safety.SignProposal(block) is not { } proposal)
            return;

        _proposed++;
        _lastSeen = new VoteStatement(block.Epoch, view, block.Id, Phase.Generic);
        AddToTree(block);
        _safety.SignVote(block, _tree, out var vote);
        Persist(block);
        Do(new Effect.Broadcast(proposal));
        if (vote is not null)
            SendVote(vote);
    }

    private void OnProposal(Proposal proposal)
    {
        var block = proposal.Block;
        if (_leaders.LeaderOf(block.View) != block.Proposer)
        {
            Refuse(Refusal.WrongLeader, proposal.From, block.View);
            return;
        }

        if (block.Justify.View.Next != block.View && proposal.EntryCertificate?.View.Next != block.View)
        {
            Refuse(Refusal.NoEntryCertificate, proposal.From, block.View);
            return;
        }

        if (proposal.EntryCertificate is { } entry)
            Observe(entry);
        Observe(block.Justify);

        if (block.View < _pacemaker.View)
        {
            // Late, but perhaps the very block whose certificate came before it.
            if (_missing?.Block != block.Id)
                Refuse(Refusal.OldView, proposal.From, block.View);
            else if (Accept(block))
                Do(new Effect.Keep(block));
            return;
        }

        var statement = new VoteStatement(block.Epoch, block.View, block.Id, Phase.Generic);
        if (_lastSeen is { } seen && seen.View == block.View && seen != statement)
        {
            Refuse(Refusal.Equivocation, proposal.From, block.View);
            return;
        }

        _lastSeen = statement;
        if (_tree.ParentOf(block) is null && block.Height > _tree.Root.Height)
        {
            // One orphan for each proposer: a Byzantine one can only push out its own.
            _orphans[proposal.From] = proposal;
            Miss(block.Justify);
            return;
        }

        if (!Accept(block))
            return;
        VoteFor(block);
        PassOnBeforeRest(block);
    }

    /// <summary>Adds a block to the tree, lets its justify work, and turns to those that waited for it.</summary>
    private bool Accept(Block block)
    {
        if (_tree.Find(block.Id) is not null)
            return true;
        if (_tree.ParentOf(block) is not { } parent || !BlockTree.Fits(block, parent))
        {
            Refuse(Refusal.WrongParent, block.Proposer, block.View);
            return false;
        }

        AddToTree(block);
        Apply(block.Justify);
        if (_safety.HighQc.Block == block.Id)
            Apply(_safety.HighQc);
        if (_missing?.Block == block.Id)
            _missing = null;

        foreach (var orphan in _orphans.Values.Where(orphan => orphan.Block.Parent == block.Id).ToList())
        {
            _orphans.Remove(orphan.From);
            OnProposal(orphan);
        }

        return true;
    }

    private void AddToTree(Block block)
    {
        _tree.Add(block, _rules.CommitAfter(block.Justify, _tree)?.Height);
        if (_tree.Count > _options.UncommittedBlocks)
            _tree.Trim(_pacemaker.View, block.Id, _safety.HighQc.Block, _safety.Lock.Block);
    }

    private void VoteFor(Block block)
    {
        var before = _safety.Record;
        if (_safety.SignVote(block, _tree, out var vote) is { } refusal)
        {
            Refuse(refusal, block.Proposer, block.View);
            Do(new Effect.Keep(block));
            return;
        }

        if (_safety.Record != before)
            Persist(block);
        SendVote(vote!);
    }

    private void SendVote(Vote vote)
    {
        var collector = _leaders.LeaderOf(vote.Statement.View.Next);
        if (collector == _self)
            Collect(vote);
        else
            Do(new Effect.Send(collector, vote));
    }

    private void OnVote(Vote vote)
    {
        if (_leaders.LeaderOf(vote.Statement.View.Next) != _self)
            Refuse(Refusal.NotCollector, vote.From, vote.Statement.View);
        else if (Collect(vote) == Collected.Duplicate)
            Refuse(Refusal.Duplicate, vote.From, vote.Statement.View);
    }

    private Collected Collect(Vote vote)
    {
        var statement = vote.Statement;
        if (statement.View <= _safety.HighQc.View)
            return Collected.TooOld;

        var collected = _votes.Add(statement, vote.Share);
        if (collected == Collected.Quorum)
            Do(new Effect.CombineVotes(statement, _votes.SharesOf(statement)));
        else if (collected == Collected.Equivocation)
            Refuse(Refusal.Equivocation, vote.From, statement.View);
        return collected;
    }

    private void OnVotesRefused(ReplicaEvent.VotesRefused refused)
    {
        foreach (var signer in refused.Signers)
            Refuse(Refusal.BadSignature, signer, refused.Statement.View);
        if (_votes.Refuse(refused.Statement, refused.Signers) == Collected.Quorum)
            Do(new Effect.CombineVotes(refused.Statement, _votes.SharesOf(refused.Statement)));
    }
}
