namespace HotStuff.Consensus;

/// <content>Proposals (paper, algorithm 3, lines 2-12).</content>
public sealed partial class Replica
{
    private readonly Dictionary<ReplicaId, Proposal> _orphans = [];
    private Block? _lastSeen;
    private Proposal? _lastProposal;
    private View _lastTurn;
    private View _deltaRuns;
    private View _deltaOver;
    private long _proposed;

    /// <summary>
    /// As leader, with the certificate of the view before: extend the highest certified block by what waits. With nothing to order and nothing left to
    /// commit, rest: the first command brings the proposal (paper: onBeat).
    /// </summary>
    private void Propose()
    {
        var view = _pacemaker.View;
        var justify = _safety.HighQc;
        if (_lastTurn == view || _remembering is not null || _pacemaker.Complaining || justify.View >= view)
            return;
        if (_tree.Find(justify.Block) is not { } parent)
        {
            Miss(justify);
            return;
        }

        if (Leader != _self)
            return;

        var segments = PickCommands(parent);
        if (segments.IsEmpty && _tree.IsSettled(parent))
            return;
        if (_rules.WaitsAfterTimeout && _rules.ViewOpenedBy(justify) != view && _deltaOver != view)
        {
            WaitDelta();
            return;
        }

        _lastTurn = view;
        var block = Block.Create(
            _committee.Chain, _committee.Epoch, view, parent.Height.Next, _self, justify, segments, _leaders.SuspensionsAfter(parent, view));
        if (_safety.SignProposal(block) is not { } proposal)
            return;

        _proposed++;
        _lastSeen = block;
        _lastProposal = proposal;
        AddToTree(block);
        _safety.SignVote(block, _tree, out var vote);
        Persist(block);
        Do(new Effect.Broadcast(proposal));
        if (vote is not null)
            SendVote(vote, block);
    }

    /// <summary>A certificate that only one honest replica has must be given the time to arrive: it may be locked on it (HotStuff-2).</summary>
    private void WaitDelta()
    {
        if (_deltaRuns == _pacemaker.View)
            return;
        _deltaRuns = _pacemaker.View;
        StartTimer(TimerKind.Delta, _options.Pacemaker.Delta);
    }

    private void OnProposal(Proposal proposal)
    {
        var block = proposal.Block;
        var byCertificate = _rules.ViewOpenedBy(block.Justify) == block.View;
        if (!byCertificate && proposal.EntryCertificate?.View.Next != block.View)
        {
            Refuse(Refusal.NoEntryCertificate, proposal.From, block.View);
            return;
        }

        // Without the parent that is not known yet; the proposal comes back here when the parent has come.
        if ((byCertificate ? LeaderAfter(block.Justify) : _leaders.LeaderAfterTimeout(block.View)) is { } leader && leader != block.Proposer)
        {
            Refuse(Refusal.WrongLeader, proposal.From, block.View);
            return;
        }

        _testimony.Note(proposal);
        if (proposal.EntryCertificate is { } entry)
            Observe(entry);
        Observe(block.Justify);

        if (_lastProposal is { } first && first.Block.View == block.View && first.Block.Proposer == block.Proposer && first.Block.Id != block.Id)
        {
            Refuse(Refusal.Equivocation, proposal.From, block.View);
            Do(new Effect.Report(new DoubleProposal(
                block.Proposer, first.Signed.Statement, first.Signature, proposal.Signed.Statement, proposal.Signature)));
            return;
        }

        if (_lastProposal is null || block.View > _lastProposal.Block.View)
            _lastProposal = proposal;
        if (block.View < _pacemaker.View)
        {
            // Late, but perhaps the very block whose certificate came before it.
            if (_missing?.Block != block.Id)
                Refuse(Refusal.OldView, proposal.From, block.View);
            else if (Accept(block))
                Do(new Effect.Keep(block));
            return;
        }

        _lastSeen = block;
        if (_tree.ParentOf(block) is null && block.Height > _tree.Root.Height)
        {
            // One orphan for each proposer: a Byzantine one can only push out its own.
            _orphans[proposal.From] = proposal;
            Miss(block.Justify);
            return;
        }

        if (!Accept(block))
            return;
        PassOnMissed(block);
        VoteFor(block);
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

        if (!block.Suspensions.SequenceEqual(_leaders.SuspensionsAfter(parent, block.View)))
        {
            Refuse(Refusal.WrongSuspensions, block.Proposer, block.View);
            return false;
        }

        RecognizeOwn(block);
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
}
