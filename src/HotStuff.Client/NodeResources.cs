namespace HotStuff.Client;

/// <summary>What a node has used since its process started. Where a process holds several nodes, the first five are the process's.</summary>
public sealed record NodeResources
{
    /// <summary>Processor time outside the kernel, in seconds: a part of <see cref="NodeStatus.CpuSeconds"/>.</summary>
    public double CpuUserSeconds { get; init; }

    /// <summary>The most memory that the process ever occupied, in bytes.</summary>
    public long RssPeakBytes { get; init; }

    /// <summary>How long all threads stood still for the garbage collector.</summary>
    public TimeSpan GcPause { get; init; }

    /// <summary>Garbage collections, of all generations.</summary>
    public long GcCount { get; init; }

    /// <summary>Bytes allocated on the managed heap.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>Bytes sent to other replicas, frames and their headers; 0 where the transport is not our own.</summary>
    public long PeerBytesSent { get; init; }

    /// <summary>Bytes received on the port for replicas; 0 where the transport is not our own.</summary>
    public long PeerBytesReceived { get; init; }

    /// <summary>Bytes sent to clients.</summary>
    public long ClientBytesSent { get; init; }

    /// <summary>Bytes received on the port for clients.</summary>
    public long ClientBytesReceived { get; init; }

    /// <summary>Safety records that the disk was flushed for, with the blocks beside them; one flush serves all that waits. 0 unless durability is fsync.</summary>
    public long Flushes { get; init; }
}
