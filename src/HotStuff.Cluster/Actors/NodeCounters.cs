using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>What is counted for people and dashboards. Any thread may count and read.</summary>
public sealed class NodeCounters
{
    private readonly long[] _refusals = new long[Enum.GetValues<Refusal>().Length];
    private readonly long[] _entries = new long[Enum.GetValues<EntryReason>().Length];
    private long _unproven;
    private long _blocks;
    private long _commands;
    private long _blocksFetched;
    private long _snapshotsFetched;
    private long _whilePaused;
    private long _flushes;

    /// <summary>Counts an input that was not accepted.</summary>
    public void Refused(Refusal reason) => Interlocked.Increment(ref _refusals[(int)reason]);

    /// <summary>Counts a message of a peer that has not proven who it is, or whose token is wrong.</summary>
    public void Unproven() => Interlocked.Increment(ref _unproven);

    /// <summary>Counts a view that was entered.</summary>
    public void Entered(EntryReason reason) => Interlocked.Increment(ref _entries[(int)reason]);

    /// <summary>Counts committed blocks and the commands in them.</summary>
    public void Committed(int blocks, int commands)
    {
        Interlocked.Add(ref _blocks, blocks);
        Interlocked.Add(ref _commands, commands);
    }

    /// <summary>Counts a message that came while the replica was paused.</summary>
    public void WhilePaused() => Interlocked.Increment(ref _whilePaused);

    /// <summary>Counts a safety record that the disk was flushed for.</summary>
    public void Flushed() => Interlocked.Increment(ref _flushes);

    /// <summary>Counts blocks that peers handed out.</summary>
    public void Fetched(int blocks) => Interlocked.Add(ref _blocksFetched, blocks);

    /// <summary>Counts a snapshot that peers handed out.</summary>
    public void FetchedSnapshot() => Interlocked.Increment(ref _snapshotsFetched);

    /// <summary>How often something was refused for this reason.</summary>
    public long RefusedFor(Refusal reason) => Volatile.Read(ref _refusals[(int)reason]);

    /// <summary>How many views this opened since the start.</summary>
    public long EnteredBy(EntryReason reason) => Volatile.Read(ref _entries[(int)reason]);

    /// <summary>Messages of peers that had not proven who they are.</summary>
    public long UnprovenMessages => Volatile.Read(ref _unproven);

    /// <summary>Blocks committed since the start.</summary>
    public long BlocksCommitted => Volatile.Read(ref _blocks);

    /// <summary>Commands in them; one that came twice counts twice.</summary>
    public long CommandsCommitted => Volatile.Read(ref _commands);

    /// <summary>Messages dropped because the replica was paused.</summary>
    public long DroppedWhilePaused => Volatile.Read(ref _whilePaused);

    /// <summary>Safety records that the disk was flushed for.</summary>
    public long Flushes => Volatile.Read(ref _flushes);

    /// <summary>Everything refused so far.</summary>
    public long AllRefused => Enum.GetValues<Refusal>().Sum(RefusedFor);

    /// <summary>Blocks fetched from peers since the start.</summary>
    public long BlocksFetched => Volatile.Read(ref _blocksFetched);

    /// <summary>Snapshots fetched from peers since the start.</summary>
    public long SnapshotsFetched => Volatile.Read(ref _snapshotsFetched);

    /// <summary>Everything refused so far, by reason, without the zeros.</summary>
    public IReadOnlyDictionary<Refusal, long> Refusals =>
        Enum.GetValues<Refusal>().Where(reason => RefusedFor(reason) > 0).ToDictionary(reason => reason, RefusedFor);
}
