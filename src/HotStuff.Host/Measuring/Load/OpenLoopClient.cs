using HotStuff.Client;

namespace HotStuff.Host.Measuring;

/// <summary>Hands commands to a client session; see <see cref="HotStuffClient.SubmitManyAsync"/>.</summary>
internal delegate ValueTask SubmitMany(ReadOnlyMemory<ReadOnlyMemory<byte>> commands, IResultSink sink);

/// <summary>
/// One client of an open loop. It submits each command when that is due, never waits for an answer, and counts latency from when the command was due: what it is itself too late
/// with counts too, so that no stall is hidden (no coordinated omission). What is due while so many are under way as may be is refused, which is counted.
/// </summary>
/// <param name="submit">Submits.</param>
/// <param name="schedule">When commands are due.</param>
/// <param name="command">The command that is sent again and again.</param>
/// <param name="maxOutstanding">The most commands under way.</param>
/// <param name="tally">Where everything is counted.</param>
/// <param name="time">The clock that due times and the measured time are of.</param>
internal sealed class OpenLoopClient(
    SubmitMany submit, ArrivalSchedule schedule, ReadOnlyMemory<byte> command, int maxOutstanding, LoadTally tally, TimeProvider time)
{
    // Timers are no finer than that.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);

    private readonly ReadOnlyMemory<ReadOnlyMemory<byte>> _commands = Enumerable.Repeat(command, maxOutstanding).ToArray();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<long> _due = [];

    // One is for the schedule itself, so that nothing is drained before its end.
    private long _underWay = 1;

    /// <summary>Keeps to the schedule until its end, and returns when everything is answered or given up.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!_drained.Task.IsCompleted && SubmitDue())
        {
            var pause = time.GetElapsedTime(time.GetTimestamp(), schedule.Next);
            await Task.Delay(pause > ShortestPause ? pause : ShortestPause, time, cancellationToken);
        }

        Finish(1);
        await _drained.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Submits what is due by now. False when nothing more will be.</summary>
    internal bool SubmitDue()
    {
        var now = time.GetTimestamp();
        var dueBy = Math.Min(now, tally.Window.To - 1);
        var room = maxOutstanding + 1 - Interlocked.Read(ref _underWay);
        _due.Clear();
        while (schedule.Next <= dueBy && _due.Count < room)
            _due.Add(schedule.Take());

        if (_due.Count > 0)
            Submit([.. _due], now);
        // Far above what the cluster can do, counting what is refused must not take the processors from it.
        if (schedule.SkipThrough(dueBy) is > 0 and var refused)
            tally.Limit(refused);
        return schedule.Next < tally.Window.To;
    }

    private void Submit(long[] due, long now)
    {
        tally.Delay(due, now);
        tally.Submit(due.Length);
        Interlocked.Add(ref _underWay, due.Length);
        _ = ObserveAsync(submit(_commands[..due.Length], new Batch(this, due)));
    }

    private async Task ObserveAsync(ValueTask submission)
    {
        try
        {
            await submission;
        }
        catch (HotStuffClientException failure)
        {
            _drained.TrySetException(failure);
        }
    }

    private void Finish(int commands)
    {
        if (Interlocked.Add(ref _underWay, -commands) == 0)
            _drained.TrySetResult();
    }

    /// <summary>Commands that were submitted together, each with the moment at which it was due.</summary>
    private sealed class Batch(OpenLoopClient client, long[] due) : IResultSink
    {
        public void OnResults(ReadOnlySpan<CommandOutcome> outcomes)
        {
            client.Count(outcomes, due);
        }
    }

    private void Count(ReadOnlySpan<CommandOutcome> outcomes, long[] due)
    {
        tally.Take(outcomes, time.GetTimestamp(), due);
        Finish(outcomes.Length);
    }
}
