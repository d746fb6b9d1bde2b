using System.Text.Json.Serialization;

namespace HotStuff.Host.Measuring;

/// <summary>
/// What <c>bench --json</c> writes. The JSON keys are the properties in snake case; they stay as they are once a release has them.
/// </summary>
internal record BenchReport
{
    public required string Protocol { get; init; }

    public required string Signatures { get; init; }

    public required int Replicas { get; init; }

    /// <summary>The most commands in a block.</summary>
    public required int Batch { get; init; }

    /// <summary>Bytes of a command; 0: empty commands, or with a verdict key-value commands of some.</summary>
    public required int Payload { get; init; }

    public required string Durability { get; init; }

    /// <summary>Commands per second that were to be sent; null in closed loop.</summary>
    public double? OfferedRps { get; init; }

    /// <summary>Commands kept under way in closed loop.</summary>
    public int? Outstanding { get; init; }

    /// <summary>The measured time, without warm-up.</summary>
    public required double DurationS { get; init; }

    /// <summary>Commands submitted in the whole run, warm-up included; the same holds for the counts below.</summary>
    public required long Submitted { get; init; }

    /// <summary>Commands that f+1 replicas answered alike.</summary>
    public required long Committed { get; init; }

    /// <summary>Commands that the replicas refused.</summary>
    public required long Rejected { get; init; }

    /// <summary>Commands that were acknowledged and are not executed.</summary>
    public required long Lost { get; init; }

    /// <summary>Executions beyond one for each command.</summary>
    public required long Duplicated { get; init; }

    /// <summary>Commands acknowledged per second of the measured time.</summary>
    public required double ThroughputRps { get; init; }

    public required LatencySummary LatencyMs { get; init; }

    /// <summary>Views that passed in the whole run.</summary>
    public required long Views { get; init; }

    /// <summary>The most views that one replica gave up.</summary>
    public required long Timeouts { get; init; }

    /// <summary>Blocks committed in the whole run.</summary>
    public required long Blocks { get; init; }

    /// <summary>Commands per block.</summary>
    public required double MeanBatch { get; init; }

    /// <summary>Whether all reachable replicas have the same state.</summary>
    public required bool Consistent { get; init; }

    /// <summary>Whether the answers to clients are those of one server that runs one command after the other; null when that was not asked for.</summary>
    public bool? Linearizable => Verdict?.IsLinearizable;

    /// <summary>How leaders are chosen.</summary>
    public string? Leaders { get; init; }

    /// <summary>How long a view may last at first; null: the node's default.</summary>
    public int? TimeoutMs { get; init; }

    /// <summary>By how much everything between replicas was held back.</summary>
    public int? DelayMs { get; init; }

    /// <summary>Replicas that were never started.</summary>
    public int Crashed { get; init; }

    /// <summary>When the leader was killed, from the begin of the measured time; null: never.</summary>
    public double? KilledAtS { get; init; }

    /// <summary>Whether replicas and clients shared one process.</summary>
    public bool InProcess { get; init; }

    /// <summary>Client sessions.</summary>
    public int? Clients { get; init; }

    /// <summary>Processes of clients; 0: the clients were in the process of the bench.</summary>
    public int? ClientProcesses { get; init; }

    /// <summary>How the commands of an open loop were spread: steady or poisson; null in closed loop.</summary>
    public string? Arrivals { get; init; }

    /// <summary>The most commands of one client under way in open loop; null in closed loop.</summary>
    public int? MaxOutstanding { get; init; }

    /// <summary>Commands acknowledged per second of the measured time: <see cref="ThroughputRps"/> under the name that goes with an offered rate.</summary>
    public double? GoodputRps { get; init; }

    /// <summary>Open loop: commands that were due while a client had as many under way as it may; never sent.</summary>
    public long? ClientLimitRejected { get; init; }

    /// <summary>Commands of which nobody knows what became of them.</summary>
    public long? Unanswered { get; init; }

    /// <summary>Messages with commands that a replica did not take for the moment; the clients sent them again later.</summary>
    public long? SegmentsRefused { get; init; }

    /// <summary>Messages with commands that clients sent again.</summary>
    public long? SegmentsResent { get; init; }

    /// <summary>Open loop: by how much the clients themselves were late; a part of the latency. Null in closed loop.</summary>
    public LatencySummary? SendDelayMs { get; init; }

    public required IReadOnlyList<NodeReport> Nodes { get; init; }

    /// <summary>What the processes of the clients used in the measured time.</summary>
    public IReadOnlyList<ProcessUse> ClientUse { get; init; } = [];

    /// <summary>The measured time by seconds.</summary>
    public IReadOnlyList<TimelineRow> Timeline { get; init; } = [];

    /// <summary>The verdict on the history of all commands; null when none was asked for.</summary>
    [JsonIgnore]
    public HistoryVerdict? Verdict { get; init; }

    /// <summary>What else went wrong, a line each.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Which checks failed, in one line; null when everything that a run promises held.</summary>
    public string? Failure()
    {
        var failures = new List<string>(Problems);
        var unanswered = Submitted - Committed - Rejected;
        if (!Consistent)
            failures.Add("the replicas' states differ, or none could be compared");
        if (Linearizable == false)
            failures.Add("the answers to clients are not those of one server: the history is not linearizable");
        if (Lost > 0)
            failures.Add($"{Lost} acknowledged commands are lost");
        if (Duplicated > 0)
            failures.Add($"{Duplicated} commands ran twice");
        // In open loop more may be offered than can be done, and to say so is right.
        if (Rejected > 0 && OfferedRps is null)
            failures.Add($"{Rejected} commands were rejected");
        if (unanswered > 0)
            failures.Add($"{unanswered} commands were never answered");
        return failures.Count == 0 ? null : $"check failed: {string.Join("; ", failures)}";
    }
}

/// <summary>What <c>demo --json</c> writes: a <see cref="BenchReport"/> and how long the interruptions lasted.</summary>
internal sealed record DemoReport : BenchReport
{
    /// <summary>From the kill to the answer of a command that was submitted at that moment; null when nothing was killed.</summary>
    [JsonPropertyOrder(1)]
    public required double? RecoveryMs { get; init; }

    /// <summary>From starting the killed replica again to its having executed what the others have; null when nothing was killed.</summary>
    [JsonPropertyOrder(1)]
    public required double? CatchUpMs { get; init; }
}

/// <summary>One replica in a report.</summary>
/// <param name="Id">Its index.</param>
/// <param name="CpuS">Processor seconds that its processes used; null when unknown.</param>
/// <param name="RssMb">Memory of its process at the end, in MiB; null when unknown.</param>
/// <param name="Height">Its executed height; null when it does not answer.</param>
/// <param name="StateDigest">The digest of its state, hexadecimal; null when it does not answer.</param>
internal sealed record NodeReport(int Id, double? CpuS, double? RssMb, long? Height, string? StateDigest)
{
    /// <summary>The most memory that its process ever occupied, in MiB.</summary>
    public double? RssPeakMb { get; init; }

    /// <summary>Processor seconds outside the kernel in the measured time; this and what follows is null when unknown, or where replicas and clients share a process.</summary>
    public double? CpuUserS { get; init; }

    /// <summary>Processor seconds in the kernel in the measured time.</summary>
    public double? CpuSystemS { get; init; }

    /// <summary>How long its threads stood still for the garbage collector in the measured time.</summary>
    public double? GcPauseMs { get; init; }

    /// <summary>Garbage collections in the measured time.</summary>
    public long? GcCount { get; init; }

    /// <summary>Bytes allocated on the managed heap for each command that it executed.</summary>
    public double? AllocatedBytesPerCommand { get; init; }

    /// <summary>Bytes on its ports for each command that it executed.</summary>
    public WireBytes? WireBytesPerCommand { get; init; }

    /// <summary>Flushes of the disk per second of the measured time.</summary>
    public double? FlushesPerS { get; init; }

    /// <summary>Views per second of the measured time.</summary>
    public double? ViewsPerS { get; init; }
}

/// <summary>Bytes for each command on the ports of a replica; null when it executed none.</summary>
internal sealed record WireBytes(double? PeersSent, double? PeersReceived, double? ClientsSent, double? ClientsReceived);
