using System.Collections.Immutable;

namespace HotStuff.Consensus;

/// <content>Commands on their way into blocks, and the rest of the views when there are none.</content>
public sealed partial class Replica
{
    private View? _watched;
    private bool _passOnTimerRuns;

    private int MaxCommands => Math.Min(_options.BatchCommands, _options.Limits.MaxBlockCommands);

    private int MaxBytes => Math.Min(_options.BatchBytes, _options.Limits.MaxBlockBytes);

    private void OnCommands(ReplicaEvent.CommandsArrived arrived)
    {
        var taken = ImmutableArray.CreateBuilder<CommandSegment>(arrived.Segments.Length);
        var refused = ImmutableArray.CreateBuilder<CommandSegment>();
        foreach (var segment in arrived.Segments)
            (FitsBlock(segment) && _mempool.Add(segment, own: !arrived.PassedOn) ? taken : refused).Add(segment);

        if (refused.Count > 0)
        {
            Refuse(Refusal.OverBound, _self, _pacemaker.View);
            if (!arrived.PassedOn)
                Do(new Effect.RefuseCommands(refused.ToImmutable()));
        }

        if (arrived.PassedOn || taken.Count == 0)
            return;
        if (NextProposer != _self)
            Do(new Effect.PassOn(NextProposer, taken.ToImmutable()));
        WatchPassingOn();
    }

    /// <summary>Whether it can ever be proposed; what cannot would keep the views from resting.</summary>
    private bool FitsBlock(CommandSegment segment) =>
        segment.Count <= _options.Limits.MaxBlockCommands && segment.Encoded.Length <= _options.Limits.MaxBlockBytes;

    private ImmutableArray<CommandSegment> PickCommands(Block parent) =>
        _mempool.IsEmpty ? [] : _mempool.Pick(SegmentsUpTo(parent), MaxCommands, MaxBytes);

    /// <summary>What is in a block and its uncommitted ancestors.</summary>
    private HashSet<SegmentKey> SegmentsUpTo(Block block) =>
        [.. _tree.Uncommitted(block).SelectMany(ancestor => ancestor.Segments, (_, segment) => segment.Key)];

    /// <summary>
    /// What a block leaves behind goes to the next leader: own commands that came too late for the leader that they were passed on to, and would wait until it leads again. Not more than the block
    /// had room for: of a full one much is left behind because there is much to do. When the next leader may rest after this block all that waits is passed on: it may not know of any.
    /// </summary>
    private void PassOnMissed(Block block)
    {
        var next = _leaders.LeaderAfter(block);
        if (_mempool.IsEmpty || next == _self)
            return;
        var missed = _tree.IsSettled(block) ? PickCommands(block) : PickOwnThatFitted(block);
        if (!missed.IsEmpty)
            Do(new Effect.PassOn(next, missed));
    }

    private ImmutableArray<CommandSegment> PickOwnThatFitted(Block block)
    {
        var room = MaxCommands - block.CommandCount;
        var bytes = MaxBytes - block.Segments.Sum(segment => segment.Encoded.Length);
        return room > 0 && bytes > 0 ? _mempool.PickOwn(SegmentsUpTo(block), room, bytes) : [];
    }

    /// <summary>
    /// Own commands that have waited for about half a timeout go to all replicas, so that a quorum runs timers and a silent leader is complained about.
    /// </summary>
    private void OnPassOnTimer()
    {
        _passOnTimerRuns = false;
        var overdue = _mempool.Overdue(_options.Limits.MaxBlockCommands, _options.Limits.MaxBlockBytes);
        if (!overdue.IsEmpty)
        {
            foreach (var replica in _committee.Members.Where(replica => replica != _self))
                Do(new Effect.PassOn(replica, overdue));
        }

        if (!_mempool.IsEmpty)
            WatchPassingOn();
    }

    private void WatchPassingOn()
    {
        if (_passOnTimerRuns)
            return;
        _passOnTimerRuns = true;
        StartTimer(TimerKind.PassOn, _pacemaker.Timeout / 4);
    }

    /// <summary>
    /// The view's timer runs while there is something to commit; with nothing uncommitted and no command known the view may last.
    /// </summary>
    private void RestOrWatch()
    {
        var busy = !_mempool.IsEmpty || _tree.AwaitsCommit(_safety.HighQc.Block, _pacemaker.View) || SomebodyWaits();
        if (busy && !_pacemaker.Complaining)
        {
            if (_watched == _pacemaker.View)
                return;
            _watched = _pacemaker.View;
            StartTimer(TimerKind.View, _pacemaker.Timeout);
        }
        else if (_watched is not null)
        {
            _watched = null;
            Do(new Effect.StopTimer(TimerKind.View));
        }
    }

    /// <summary>
    /// Somebody complains about the view, and the highest certified block does not prove to whoever has it that all is committed: perhaps not all know what
    /// this replica knows from the last block, or from the certificate of one that lost. They cannot end the view without it. With the next certificate
    /// that is over, so a Byzantine replica does not keep the others from resting.
    /// </summary>
    private bool SomebodyWaits() =>
        _complaints.CountOf(new ComplaintStatement(_committee.Epoch, _pacemaker.View)) > 0
        && !(_tree.Find(_safety.HighQc.Block) is { } tip && _tree.IsSettled(tip));
}
