namespace HotStuff.Consensus;

/// <content>After a start: nothing is signed before others have said what they hold with this replica's signature, so that an old copy of its record does no harm.</content>
public sealed partial class Replica
{
    private readonly Testimony _testimony = new();
    private readonly UInt128? _inquiry;
    private Remembrance? _remembering;

    private void Remember(UInt128 number)
    {
        if (_committee.Size == 1)
            return;
        _remembering = new Remembrance(_committee, number);
        Inquire();
    }

    private void OnInquiryTimer(Remembrance remembering)
    {
        if (remembering.HasEnough)
            Remembered(remembering);
        else
            Inquire();
    }

    private void Inquire()
    {
        foreach (var peer in _committee.Members)
        {
            if (peer != _self && _remembering!.Awaits(peer))
                Inquire(peer);
        }

        StartTimer(TimerKind.Inquiry, _options.Pacemaker.ComplaintRetry);
    }

    private void Inquire(ReplicaId peer) => Do(new Effect.Send(peer, new Inquiry(_self, _remembering!.Number)));

    private void OnInquiry(Inquiry inquiry) =>
        Do(new Effect.Send(inquiry.Sender, new Recollection(_self, inquiry.Number, _testimony.Of(inquiry.Sender), _safety.HighQc, _safety.HighTc)));

    private void OnRecollection(Recollection recollection)
    {
        if (_remembering is not { } remembering || recollection.Number != remembering.Number || recollection.Held.Signer != _self)
            return;
        if (recollection.HighTc is { } certificate)
            Observe(certificate);
        Observe(recollection.HighQc);
        remembering.Take(recollection.Sender, _safety.Forgotten(recollection.Held));
        if (remembering.IsComplete)
            Remembered(remembering);
    }

    private void Remembered(Remembrance remembering)
    {
        _remembering = null;
        Do(new Effect.StopTimer(TimerKind.Inquiry));
        if (remembering.Forgotten > View.Genesis)
        {
            _safety.RaiseFloor(remembering.Forgotten);
            Persist();
            Do(new Effect.RecordWasOld(_safety.Record.Floor));
        }

        // A proposal that came meanwhile.
        if (_lastSeen is { } seen && seen.View == _pacemaker.View && _tree.Find(seen.Id) is not null)
            VoteFor(seen);
    }

    /// <summary>A certified block of this replica's own that its record does not know: the record is older than one that was written, and no peer said so at the start.</summary>
    private void RecognizeOwn(Block block)
    {
        if (_inquiry is not { } number || block.Proposer != _self || !_safety.HasForgotten(block))
            return;
        if (_remembering is null)
            Remember(number + 1);
        _remembering?.Forget(block.View);
    }
}
