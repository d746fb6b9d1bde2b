using System.Buffers.Binary;
using Google.Protobuf;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Client.Wire;

/// <summary>
/// The project's values to and from the wire's. What comes from the wire may be anything: reading it returns null, and never throws.
/// </summary>
internal static class WireValues
{
    public static ByteString ToWire(ChainId chain) => UnsafeByteOperations.UnsafeWrap(chain.Hash.ToArray());

    public static ByteString ToWire(ClientId client)
    {
        var bytes = new byte[ClientId.Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, client.Value);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    public static Digest? Digest(ByteString bytes) => bytes.Length == Consensus.Digest.Size ? new Digest(bytes.Span) : null;

    public static ClientId? Client(ByteString bytes) =>
        bytes.Length == ClientId.Size ? new ClientId(BinaryPrimitives.ReadUInt128BigEndian(bytes.Span)) : null;

    public static Replies ToWire(ReplicaId replica, IReadOnlyList<SegmentResults> batch, Signature signature, ReplicaId? next)
    {
        var replies = new Replies { Replica = (uint)replica.Index, Signature = UnsafeByteOperations.UnsafeWrap(signature.Bytes) };
        if (next is { } proposer)
            replies.NextProposer = (uint)proposer.Index;
        for (var i = 0; i < batch.Count; i++)
        {
            replies.Segments.Add(new SegmentResult
            {
                FirstSequence = (ulong)batch[i].FirstSequence,
                Count = (uint)batch[i].Count,
                Results = UnsafeByteOperations.UnsafeWrap(batch[i].Encoded),
            });
        }

        return replies;
    }

    public static SegmentResults? Results(ClientId client, SegmentResult result) =>
        result.FirstSequence <= CommandSegment.MaxSequence && result.Count <= int.MaxValue
            ? SegmentResults.TryRead(client, (long)result.FirstSequence, (int)result.Count, result.Results.Memory)
            : null;

    public static StatusReply ToWire(long id, NodeStatus status)
    {
        var reply = ToWire(status);
        reply.Id = (ulong)id;
        reply.Evidence.AddRange(status.Evidence.Select(UnsafeByteOperations.UnsafeWrap));
        return reply;
    }

    private static StatusReply ToWire(NodeStatus status) => new()
    {
        View = (ulong)status.View.Number,
        Leader = (uint)status.Leader.Index,
        CommittedHeight = (ulong)status.Committed.Number,
        ExecutedHeight = (ulong)status.Executed.Number,
        LockedView = (ulong)status.LockedView.Number,
        HighQcView = (ulong)status.HighQcView.Number,
        PeersProven = (uint)status.PeersProven,
        PendingCommands = (ulong)status.PendingCommands,
        Timeouts = (ulong)status.Timeouts,
        Blocks = (ulong)status.Blocks,
        CommandsExecuted = (ulong)status.CommandsExecuted,
        Duplicates = (ulong)status.Duplicates,
        StateDigest = status.StateDigest is { } digest ? UnsafeByteOperations.UnsafeWrap(digest.ToArray()) : ByteString.Empty,
        Version = status.Version,
        UptimeMs = (ulong)status.Uptime.TotalMilliseconds,
        CpuSeconds = status.CpuSeconds,
        RssBytes = (ulong)status.RssBytes,
        OpsMembers = (uint)status.OpsMembers,
        CheckpointHeight = (ulong)status.Checkpoint.Number,
        OldestHeight = (ulong)status.Oldest.Number,
        BlocksFetched = (ulong)status.BlocksFetched,
        SnapshotsFetched = (ulong)status.SnapshotsFetched,
        EvidenceCount = (uint)status.EvidenceCount,
        CpuUserSeconds = status.Resources.CpuUserSeconds,
        RssPeakBytes = (ulong)status.Resources.RssPeakBytes,
        GcPauseUs = (ulong)status.Resources.GcPause.TotalMicroseconds,
        GcCount = (ulong)status.Resources.GcCount,
        AllocatedBytes = (ulong)status.Resources.AllocatedBytes,
        PeerBytesSent = (ulong)status.Resources.PeerBytesSent,
        PeerBytesReceived = (ulong)status.Resources.PeerBytesReceived,
        ClientBytesSent = (ulong)status.Resources.ClientBytesSent,
        ClientBytesReceived = (ulong)status.Resources.ClientBytesReceived,
        Flushes = (ulong)status.Resources.Flushes,
    };

    /// <summary>A replica's words, as they are: numbers beyond what the program counts with become the largest it does.</summary>
    public static NodeStatus Status(ReplicaId replica, StatusReply reply) => new()
    {
        Replica = replica,
        View = new View(Number(reply.View)),
        Leader = new ReplicaId(Small(reply.Leader)),
        Committed = new Height(Number(reply.CommittedHeight)),
        Executed = new Height(Number(reply.ExecutedHeight)),
        LockedView = new View(Number(reply.LockedView)),
        HighQcView = new View(Number(reply.HighQcView)),
        PeersProven = Small(reply.PeersProven),
        PendingCommands = Number(reply.PendingCommands),
        Timeouts = Number(reply.Timeouts),
        Blocks = Number(reply.Blocks),
        CommandsExecuted = Number(reply.CommandsExecuted),
        Duplicates = Number(reply.Duplicates),
        StateDigest = Digest(reply.StateDigest),
        Version = reply.Version,
        Uptime = Duration(reply.UptimeMs, TimeSpan.TicksPerMillisecond),
        CpuSeconds = reply.CpuSeconds,
        RssBytes = Number(reply.RssBytes),
        OpsMembers = Small(reply.OpsMembers),
        Checkpoint = Height(reply.CheckpointHeight),
        Oldest = Height(reply.OldestHeight),
        BlocksFetched = Number(reply.BlocksFetched),
        SnapshotsFetched = Number(reply.SnapshotsFetched),
        EvidenceCount = Small(reply.EvidenceCount),
        Evidence = [.. reply.Evidence.Take(NodeStatus.MaxEvidence).Select(piece => piece.Memory)],
        Resources = new NodeResources
        {
            CpuUserSeconds = reply.CpuUserSeconds,
            RssPeakBytes = Number(reply.RssPeakBytes),
            GcPause = Duration(reply.GcPauseUs, TimeSpan.TicksPerMicrosecond),
            GcCount = Number(reply.GcCount),
            AllocatedBytes = Number(reply.AllocatedBytes),
            PeerBytesSent = Number(reply.PeerBytesSent),
            PeerBytesReceived = Number(reply.PeerBytesReceived),
            ClientBytesSent = Number(reply.ClientBytesSent),
            ClientBytesReceived = Number(reply.ClientBytesReceived),
            Flushes = Number(reply.Flushes),
        },
    };

    public static Height Height(ulong number) => new(Number(number));

    private static TimeSpan Duration(ulong value, long ticksEach) => TimeSpan.FromTicks((long)Math.Min(value, (ulong)(long.MaxValue / 2 / ticksEach)) * ticksEach);

    private static long Number(ulong value) => (long)Math.Min(value, long.MaxValue);

    private static int Small(uint value) => (int)Math.Min(value, int.MaxValue);
}
