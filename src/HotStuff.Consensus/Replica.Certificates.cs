using System.Collections.Immutable;

namespace HotStuff.Consensus;

/// <content>Certificates: views entered, locks moved, blocks committed, missing blocks fetched (paper, algorithm 3, lines 16-27).</content>
public sealed partial class Replica
{
    private QuorumCertificate? _missing;
    private bool _fetchTimerRuns;

    private void OnCertificateFormed(QuorumCertificate certificate)
    {
        if (certificate.View <= _safety.HighQc.View)
            return;
        Observe(certificate);
        // Whoever collected for a leader that does not answer shows everyone the way past it.
        if (_leaders.LeaderOf(certificate.View.Next) != _self)
            Do(new Effect.Broadcast(new NextView(_self, certificate, null)));
    }

    private void Observe(QuorumCertificate certificate)
    {
        if (certificate.View > _safety.HighQc.View)
        {
            _safety.Observe(certificate);
            _votes.Prune(certificate.View.Next);
        }

        Apply(certificate);
        if (_tree.Find(certificate.Block) is null)
            Miss(certificate);
        EnterView(certificate.View.Next, EntryReason.QuorumCertificate);
    }

    private void Observe(TimeoutCertificate certificate)
    {
        _safety.Observe(certificate);
        EnterView(certificate.View.Next, EntryReason.TimeoutCertificate);
    }

    /// <summary>Lets a certificate work on lock and commit, once its block is in the tree.</summary>
    private void Apply(QuorumCertificate certificate)
    {
        if (_tree.Find(certificate.Block) is null)
            return;
        _safety.MoveLock(certificate, _tree);
        if (_rules.CommitAfter(certificate, _tree) is not { } newest || newest.Height <= _tree.Root.Height)
            return;

        var committed = _tree.Commit(newest);
        foreach (var block in committed)
            _mempool.Remove(block);
        if (!committed.IsEmpty)
        {
            Do(new Effect.Commit(committed));
            _pacemaker.Committed(committed.Length);
        }
    }

    private void EnterView(View view, EntryReason reason)
    {
        var complained = _pacemaker.Complaining;
        if (!_pacemaker.Enter(view, reason))
            return;
        if (complained)
            Do(new Effect.StopTimer(TimerKind.Complaint));
        _complaints.Prune(view);
        Do(new Effect.EnteredView(view, _pacemaker.Leader, reason));
    }

    /// <summary>
    /// A certified block is not here. It may be under way, since certificates are small and overtake blocks; when the timer fires it is fetched.
    /// </summary>
    private void Miss(QuorumCertificate certificate)
    {
        if (certificate.View <= _tree.Root.View)
            return;
        if (_missing is null || certificate.View > _missing.View)
            _missing = certificate;
        if (_fetchTimerRuns)
            return;
        _fetchTimerRuns = true;
        StartTimer(TimerKind.Fetch, _options.Pacemaker.FetchDelay);
    }

    private void OnFetchTimer()
    {
        _fetchTimerRuns = false;
        if (_missing is not { } missing || missing.View <= _tree.Root.View || _tree.Find(missing.Block) is not null)
        {
            _missing = null;
            return;
        }

        Do(new Effect.FetchBlocks(missing.Block, _tree.Root.Height));
        _fetchTimerRuns = true;
        StartTimer(TimerKind.Fetch, _options.Pacemaker.FetchDelay);
    }

    private void OnBlocksFetched(ImmutableArray<Verified<Block>> blocks)
    {
        foreach (var block in blocks.Select(verified => verified.Value))
        {
            if (block.Height <= _tree.Root.Height)
                continue;
            if (!Accept(block))
                return;
        }
    }
}
