namespace HotStuff.Consensus;

/// <content>Complaints and view changes (the paper's NEXTVIEW interrupt, with certificates: see docs/protocol.md).</content>
public sealed partial class Replica
{
    /// <summary>The view timed out, or others complain, or nobody answered the last complaint: give up the view and say so.</summary>
    private void Complain()
    {
        var before = _safety.Record;
        if (_remembering is not null || _safety.SignComplaint(_pacemaker.View) is not { } complaint)
            return;
        if (_safety.Record != before)
            Persist();

        // The last vote is in the complaint.
        var earlier = _safety.UncertifiedVotes.SkipLast(1);
        foreach (var collector in _pacemaker.NextCollectors(_self))
        {
            Repeat(earlier, collector);
            Do(new Effect.Send(collector, complaint));
        }

        StartTimer(TimerKind.Complaint, _options.Pacemaker.ComplaintRetry);
        Repeat(earlier, _self);
        Collect(complaint);
    }

    private void OnComplaint(Complaint complaint)
    {
        _testimony.Note(complaint);
        if (complaint.LastVote is { } last)
            _testimony.Note(last);
        var view = complaint.Statement.View;
        if (_rules.ViewOpenedBy(complaint.HighQc) != view && complaint.EntryCertificate?.View.Next != view)
        {
            Refuse(Refusal.NoEntryCertificate, complaint.From, view);
            return;
        }

        if (complaint.EntryCertificate is { } entry)
            Observe(entry);
        Observe(complaint.HighQc);

        if (view < _pacemaker.View || complaint.HighQc.Step < _safety.HighQc.Step)
            SendCertificates(complaint.From);
        Collect(complaint);
    }

    private void Collect(Complaint complaint)
    {
        // Votes that went to a collector which crashed, or keeps their certificate to itself, arrive here a second time; they count also when the view is over.
        if (complaint.LastVote is { } vote && _rules.Phases.Contains(vote.Statement.Phase))
            Collect(vote);

        var statement = complaint.Statement;
        if (statement.View != _pacemaker.View)
            return;
        if (_complaints.Add(statement, complaint.Share) == Collected.Quorum)
            Do(new Effect.CombineComplaints(statement, _complaints.SharesOf(statement)));
        else if (_complaints.CountOf(statement) >= _committee.OneHonest && !_pacemaker.Complaining)
            Complain();
    }

    private void OnComplaintsRefused(ReplicaEvent.ComplaintsRefused refused)
    {
        foreach (var signer in refused.Signers)
            Refuse(Refusal.BadSignature, signer, refused.Statement.View);
        if (_complaints.Refuse(refused.Statement, refused.Signers) == Collected.Quorum)
            Do(new Effect.CombineComplaints(refused.Statement, _complaints.SharesOf(refused.Statement)));
    }

    private void OnTimeoutCertificateFormed(TimeoutCertificate certificate)
    {
        if (certificate.View < _pacemaker.View)
            return;
        Observe(certificate);
        Do(new Effect.Broadcast(Certificates()));
    }

    private void OnNextView(NextView next)
    {
        if (next.TimeoutCertificate is { } certificate)
            Observe(certificate);
        Observe(next.HighQc);
        if (next.HighQc.Step < _safety.HighQc.Step)
            SendCertificates(next.Sender);
    }

    private void SendCertificates(ReplicaId to) => Do(new Effect.Send(to, Certificates()));

    private NextView Certificates() =>
        new(_self, _safety.HighQc, _safety.HighTc is { } tc && tc.View.Next > _rules.ViewOpenedBy(_safety.HighQc) ? tc : null);
}
