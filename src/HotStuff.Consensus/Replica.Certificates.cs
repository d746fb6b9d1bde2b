using System.Collections.Immutable;

namespace HotStuff.Consensus;

/// <content>Certificates: views entered, locks moved, blocks committed, missing blocks fetched (paper, algorithm 3, lines 16-27).</content>
public sealed partial class Replica
{
    private QuorumCertificate? _missing;
    private bool _fetchTimerRuns;

    private void OnCertificateFormed(QuorumCertificate certificate)
    {
        if (certificate.Step <= _safety.HighQc.Step)
            return;
        Observe(certificate);
        // The next leader's proposal carries the certificate that ends a view. The others, of a view's phases, go out at once (paper, algorithm 2, lines 18 and
        // 25); and so does one that was collected for a leader that does not answer: it shows everyone the way past it.
        if (!_rules.EndsView(certificate) || LeaderAfter(certificate) != _self)
            Do(new Effect.Broadcast(new NextView(_self, certificate, null)));
    }

    private void Observe(QuorumCertificate certificate)
    {
        if (certificate.Step > _safety.HighQc.Step)
        {
            _safety.Observe(certificate);
            _votes.Prune(certificate.Step.Next);
        }

        Apply(certificate);
        if (_tree.Find(certificate.Block) is null)
            Miss(certificate);
        EnterView(_rules.ViewOpenedBy(certificate), EntryReason.QuorumCertificate);
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

    /// <summary>
    /// The leader of the current view. When the view began with the certificate of a block that is not here it is a guess, good enough to send commands to.
    /// </summary>
    private ReplicaId Leader =>
        _rules.EndsView(_safety.HighQc) && _safety.HighQc.View.Next == _pacemaker.View && LeaderAfter(_safety.HighQc) is { } leader
            ? leader
            : _leaders.LeaderAfterTimeout(_pacemaker.View);

    /// <summary>The leader of the view that a certificate begins; null when its block is not here.</summary>
    private ReplicaId? LeaderAfter(QuorumCertificate certificate) =>
        _tree.Find(certificate.Block) is { } block ? _leaders.LeaderAfter(block) : null;

    private void EnterView(View view, EntryReason reason)
    {
        var (left, complained) = (_pacemaker.View, _pacemaker.Complaining);
        if (!_pacemaker.Enter(view, reason))
            return;
        if (complained)
            Do(new Effect.StopTimer(TimerKind.Complaint));
        _complaints.Prune(new Step(view, Phase.Generic));
        Do(new Effect.EnteredView(view, Leader, reason));
        if (reason != EntryReason.TimeoutCertificate)
            return;
        // Unless a complaint about the view before has taken the votes to the new leader.
        if (!complained || left.Next != view)
            Repeat(_safety.UncertifiedVotes, Leader);
        if (_rules.WaitsAfterTimeout && Leader != _self)
            SendCertificates(Leader);
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

    /// <summary>
    /// Everything up to <paramref name="root"/> is committed, and the blocks below may be gone everywhere: begin the tree anew. The record stays as it is: what was signed and locked does not
    /// depend on what is known to be committed.
    /// </summary>
    private void OnCheckpoint(Block root)
    {
        if (root.Height <= _tree.Root.Height)
            return;
        _tree.Restart(root);
        Do(new Effect.Restart(root));
        _pacemaker.Committed(1);
        Apply(_safety.HighQc);
        if (_tree.Find(_safety.HighQc.Block) is null)
            Miss(_safety.HighQc);
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
