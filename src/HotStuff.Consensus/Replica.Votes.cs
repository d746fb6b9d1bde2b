namespace HotStuff.Consensus;

/// <content>Votes (paper, algorithm 3, lines 13-15, and algorithm 2, lines 8-30).</content>
public sealed partial class Replica
{
    private void VoteFor(Block block)
    {
        var before = _safety.Record;
        Vote? vote = null;
        if ((_remembering is null ? _safety.SignVote(block, _tree, out vote) : Refusal.Remembering) is { } refusal)
        {
            Refuse(refusal, block.Proposer, block.View);
            Do(new Effect.Keep(block));
            return;
        }

        if (_safety.Record != before)
            Persist(block);
        SendVote(vote!, block);
    }

    /// <summary>In a view of several phases: votes in the next one for what is certified in the one before (paper, algorithm 2, lines 19-21 and 26-28).</summary>
    private void VoteForCertified()
    {
        var certified = _safety.HighQc;
        if (_remembering is not null || certified.View != _pacemaker.View || _tree.Find(certified.Block) is not { } block)
            return;
        var written = _safety.Record.LastVote?.Statement.Block == block.Id;
        if (_safety.SignNextVote(certified) is not { } vote)
            return;
        Persist(written ? null : block);
        SendVote(vote, block);
    }

    private void SendVote(Vote vote, Block block)
    {
        var collector = CollectorOf(vote.Statement.Phase, block);
        if (collector == _self)
            Collect(vote);
        else
            Do(new Effect.Send(collector, vote));
    }

    /// <summary>The leader of the view; in the last phase that of the next view, who needs the certificate to propose.</summary>
    private ReplicaId CollectorOf(Phase phase, Block block) => _rules.PhaseAfter(phase) is null ? _leaders.LeaderAfter(block) : block.Proposer;

    private void OnVote(Vote vote)
    {
        _testimony.Note(vote);
        var statement = vote.Statement;
        if (!_rules.Phases.Contains(statement.Phase))
            Refuse(Refusal.Malformed, vote.From, statement.View);
        else if (Collect(vote) == Collected.Duplicate)
            Refuse(Refusal.Duplicate, vote.From, statement.View);
    }

    /// <summary>
    /// Tells votes to one who was not their collector: perhaps that was a Byzantine replica, which keeps the certificate to itself.
    /// </summary>
    private void Repeat(IEnumerable<Vote> votes, ReplicaId collector)
    {
        foreach (var vote in votes)
        {
            if (collector == _self)
                Collect(vote);
            else
                Do(new Effect.Send(collector, vote));
        }
    }

    private Collected Collect(Vote vote)
    {
        var statement = vote.Statement;
        if (statement.Step <= _safety.HighQc.Step)
            return Collected.TooOld;

        var collected = _votes.Add(statement, vote.Share);
        if (collected == Collected.Quorum)
            Do(new Effect.CombineVotes(statement, _votes.SharesOf(statement)));
        else if (collected == Collected.Equivocation)
            ReportDouble(vote);
        return collected;
    }

    private void ReportDouble(Vote second)
    {
        Refuse(Refusal.Equivocation, second.From, second.Statement.View);
        if (_votes.Find(second.From, second.Statement.Step) is { } first)
            Do(new Effect.Report(new DoubleVote(new Vote(first.Statement, first.Share), second)));
    }

    private void OnVotesRefused(ReplicaEvent.VotesRefused refused)
    {
        foreach (var signer in refused.Signers)
            Refuse(Refusal.BadSignature, signer, refused.Statement.View);
        if (_votes.Refuse(refused.Statement, refused.Signers) == Collected.Quorum)
            Do(new Effect.CombineVotes(refused.Statement, _votes.SharesOf(refused.Statement)));
    }
}
