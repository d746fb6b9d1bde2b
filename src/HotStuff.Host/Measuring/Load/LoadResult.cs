using System.Diagnostics;
using System.Text.Json.Serialization;

namespace HotStuff.Host.Measuring;

/// <summary>A piece of the measured time.</summary>
/// <param name="Committed">Commands that were acknowledged in it.</param>
/// <param name="Latencies">Of the commands that were meant to be sent in it; null when there are none.</param>
internal sealed record LoadSlot(long Committed, LatencyRecorder? Latencies)
{
    public static LoadSlot Sum(IEnumerable<LoadSlot?> slots)
    {
        long committed = 0;
        LatencyRecorder? latencies = null;
        foreach (var slot in slots.OfType<LoadSlot>())
        {
            committed += slot.Committed;
            if (slot.Latencies is { } part)
                (latencies ??= LatencyRecorder.Coarse()).Add(part);
        }

        return new LoadSlot(committed, latencies);
    }
}

/// <summary>What came of a load, of all clients of one process or of several. The counts are of the whole run, warm-up included, unless they say otherwise.</summary>
internal sealed record LoadResult
{
    /// <summary>The result of no load at all.</summary>
    public static LoadResult None { get; } = new() { Latencies = new LatencyRecorder(), SendDelays = new LatencyRecorder(), Slots = [], Processes = [] };

    public long Submitted { get; init; }

    public long Committed { get; init; }

    /// <summary>Commands that the replicas refused for good.</summary>
    public long Rejected { get; init; }

    /// <summary>Commands that the clients' own limit kept from being sent.</summary>
    public long Limited { get; init; }

    /// <summary>Commands acknowledged within the measured time.</summary>
    public long Measured { get; init; }

    /// <summary>Of the commands that were meant to be sent within the measured time, counted from that moment.</summary>
    public required LatencyRecorder Latencies { get; init; }

    /// <summary>Open loop: how much later than meant commands were handed to the client.</summary>
    public required LatencyRecorder SendDelays { get; init; }

    /// <summary>The measured time in pieces of equal length.</summary>
    public required IReadOnlyList<LoadSlot> Slots { get; init; }

    /// <summary>The length of a piece in seconds.</summary>
    public double SlotSeconds { get; init; }

    /// <summary>Messages with commands that a replica did not take for the moment.</summary>
    public long SegmentsRefused { get; init; }

    /// <summary>Messages with commands that were sent again.</summary>
    public long SegmentsResent { get; init; }

    /// <summary>What the processes used in the measured time.</summary>
    public required IReadOnlyList<ProcessUse> Processes { get; init; }

    /// <summary>Commands of which nobody knows what became of them.</summary>
    [JsonIgnore]
    public long Unanswered => Submitted - Committed - Rejected;

    /// <summary>Adds up what parts of one load came to.</summary>
    public static LoadResult Sum(IReadOnlyList<LoadResult> parts)
    {
        var (latencies, sendDelays) = (new LatencyRecorder(), new LatencyRecorder());
        foreach (var part in parts)
        {
            latencies.Add(part.Latencies);
            sendDelays.Add(part.SendDelays);
        }

        return new LoadResult
        {
            Submitted = parts.Sum(part => part.Submitted),
            Committed = parts.Sum(part => part.Committed),
            Rejected = parts.Sum(part => part.Rejected),
            Limited = parts.Sum(part => part.Limited),
            Measured = parts.Sum(part => part.Measured),
            Latencies = latencies,
            SendDelays = sendDelays,
            Slots =
            [
                .. Enumerable.Range(0, parts.Select(part => part.Slots.Count).DefaultIfEmpty().Max())
                    .Select(i => LoadSlot.Sum(parts.Select(part => part.Slots.ElementAtOrDefault(i)))),
            ],
            SlotSeconds = parts.Select(part => part.SlotSeconds).DefaultIfEmpty().Max(),
            SegmentsRefused = parts.Sum(part => part.SegmentsRefused),
            SegmentsResent = parts.Sum(part => part.SegmentsResent),
            Processes = [.. parts.SelectMany(part => part.Processes)],
        };
    }

    /// <summary>The slots in rows of a second, or of a slot where that is longer.</summary>
    public IReadOnlyList<TimelineRow> Timeline()
    {
        var perRow = Math.Max(1, (int)Math.Round(1 / SlotSeconds));
        return [.. Slots.Chunk(perRow).Select((slots, i) => TimelineRow.Of(Math.Round(i * perRow * SlotSeconds, 3), LoadSlot.Sum(slots)))];
    }
}

/// <summary>
/// A row of a run's timeline: its begin in seconds from that of the measured time, the commands that were acknowledged then, and latencies in milliseconds of those that were
/// meant to be sent then, 0 when there are none.
/// </summary>
internal sealed record TimelineRow(double Second, long Committed, double P50, double P99, double Max)
{
    public static TimelineRow Of(double second, LoadSlot slot) => new(
        second, slot.Committed, slot.Latencies?.Percentile(50) ?? 0, slot.Latencies?.Percentile(99) ?? 0, slot.Latencies?.Percentile(100) ?? 0);
}

/// <summary>What a process of clients used in the measured time.</summary>
/// <param name="CpuUserS">Processor seconds outside the kernel.</param>
/// <param name="CpuSystemS">Processor seconds in the kernel.</param>
/// <param name="RssPeakMb">The most memory that it ever occupied, in MiB.</param>
/// <param name="GcPauseMs">How long its threads stood still for the garbage collector.</param>
/// <param name="GcCount">Garbage collections.</param>
internal sealed record ProcessUse(double CpuUserS, double CpuSystemS, double RssPeakMb, double GcPauseMs, long GcCount)
{
    private const double Mebibyte = 1024 * 1024;

    /// <summary>What this process has used since its start.</summary>
    public static ProcessUse SinceStart()
    {
        using var process = Process.GetCurrentProcess();
        return new ProcessUse(
            process.UserProcessorTime.TotalSeconds,
            process.PrivilegedProcessorTime.TotalSeconds,
            Math.Round(process.PeakWorkingSet64 / Mebibyte, 1),
            GC.GetTotalPauseDuration().TotalMilliseconds,
            GC.CollectionCount(0));
    }

    /// <summary>What was used since an earlier look.</summary>
    public ProcessUse Since(ProcessUse earlier) => new(
        Math.Round(CpuUserS - earlier.CpuUserS, 3),
        Math.Round(CpuSystemS - earlier.CpuSystemS, 3),
        RssPeakMb,
        Math.Round(GcPauseMs - earlier.GcPauseMs, 3),
        GcCount - earlier.GcCount);
}
