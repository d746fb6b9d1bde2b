using System.Diagnostics;
using HotStuff.Client;

namespace HotStuff.Host.Measuring;

/// <summary>
/// Counts what the clients of this process do. Latencies are of the commands that were meant to be sent within the measured time, counted from that moment, whenever the answer
/// comes; acknowledged is counted at the time of the answer. Safe to use from several threads.
/// </summary>
internal sealed class LoadTally(LoadWindow window)
{
    // A tenth of a second shows a view change. With longer runs the pieces are longer, so that memory stays bounded.
    private const double ShortSlot = 0.1;
    private const int MostShortSlots = 1200;
    private const int MostSlots = 3600;

    private readonly Lock _gate = new();
    private readonly double _slotSeconds = SlotSecondsOf(window);
    private readonly LatencyRecorder _latencies = new();
    private readonly LatencyRecorder _sendDelays = new();
    private readonly (long Committed, LatencyRecorder? Latencies)[] _slots = new (long, LatencyRecorder?)[CountOf(window)];
    private long _submitted;
    private long _committed;
    private long _rejected;
    private long _limited;
    private long _measured;

    public LoadWindow Window => window;

    public long Submitted => Interlocked.Read(ref _submitted);

    public long Committed => Interlocked.Read(ref _committed);

    /// <summary>Counts commands that are submitted now.</summary>
    public void Submit(int count) => Interlocked.Add(ref _submitted, count);

    /// <summary>Counts commands that the client's own limit kept from being sent.</summary>
    public void Limit(long count) => Interlocked.Add(ref _limited, count);

    /// <summary>Counts a command that the replicas refused for good.</summary>
    public void Reject() => Interlocked.Increment(ref _rejected);

    /// <summary>Notes by how much the commands of a batch are late, those due within the measured time.</summary>
    public void Delay(ReadOnlySpan<long> due, long now)
    {
        lock (_gate)
        {
            foreach (var moment in due)
            {
                if (window.Measures(moment))
                    _sendDelays.Record(now - moment, 1);
            }
        }
    }

    /// <summary>Counts commands that are acknowledged now and were meant to be sent then.</summary>
    public void Acknowledge(long meant, long now, int count)
    {
        lock (_gate)
            AcknowledgeLocked(meant, now, count);
    }

    /// <summary>Counts outcomes.</summary>
    /// <param name="outcomes">What became of commands.</param>
    /// <param name="now">The time of the answers.</param>
    /// <param name="meant">When each command of the call was meant to be sent; null: all at the moment that their tag says.</param>
    public void Take(ReadOnlySpan<CommandOutcome> outcomes, long now, long[]? meant = null)
    {
        lock (_gate)
        {
            for (var start = 0; start < outcomes.Length;)
            {
                // Commands that were submitted together took equally long.
                var (tag, end, failed) = (outcomes[start].Tag, start, 0);
                for (; end < outcomes.Length && outcomes[end].Tag == tag && (end == start || meant is null); end++)
                {
                    if (outcomes[end].Failure == ClientFailure.None)
                        continue;
                    failed++;
                    if (outcomes[end].Failure.IsRefusal())
                        Reject();
                }

                if (end - start > failed)
                    AcknowledgeLocked(meant is null ? tag : meant[outcomes[start].Index], now, end - start - failed);
                start = end;
            }
        }
    }

    /// <summary>What came of the load; to be asked when it is over.</summary>
    public LoadResult Result(IEnumerable<ClientStatistics> clients, ProcessUse use)
    {
        var statistics = clients.ToArray();
        lock (_gate)
        {
            return new LoadResult
            {
                Submitted = Submitted,
                Committed = Committed,
                Rejected = Interlocked.Read(ref _rejected),
                Limited = Interlocked.Read(ref _limited),
                Measured = _measured,
                Latencies = _latencies,
                SendDelays = _sendDelays,
                Slots = [.. _slots.Select(slot => new LoadSlot(slot.Committed, slot.Latencies))],
                SlotSeconds = _slotSeconds,
                SegmentsRefused = statistics.Sum(client => client.Rejections),
                SegmentsResent = statistics.Sum(client => client.Resends),
                Processes = [use],
            };
        }
    }

    private void AcknowledgeLocked(long meant, long now, int count)
    {
        Interlocked.Add(ref _committed, count);
        if (window.Measures(now))
        {
            _measured += count;
            _slots[SlotOf(now)].Committed += count;
        }

        if (window.Measures(meant))
        {
            _latencies.Record(now - meant, count);
            (_slots[SlotOf(meant)].Latencies ??= LatencyRecorder.Coarse()).Record(now - meant, count);
        }
    }

    private int SlotOf(long timestamp) =>
        Math.Min(_slots.Length - 1, (int)(Stopwatch.GetElapsedTime(window.From, timestamp).TotalSeconds / _slotSeconds));

    private static double SlotSecondsOf(LoadWindow window) =>
        window.Duration.TotalSeconds <= ShortSlot * MostShortSlots ? ShortSlot : Math.Ceiling(window.Duration.TotalSeconds / MostSlots);

    private static int CountOf(LoadWindow window) => Math.Max(1, (int)Math.Ceiling((window.Duration.TotalSeconds / SlotSecondsOf(window)) - 1e-6));
}
