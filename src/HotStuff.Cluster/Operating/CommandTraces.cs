using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Cluster;

/// <summary>
/// Spans of what becomes of commands, from the gateway that they reach to the replies, of the ActivitySource <c>HotStuff</c>. The identity of a trace is a hash of the client and the first sequence number of the message that brought the commands, and decides
/// whether it is sampled: so all replicas make spans for the same commands, and a collector joins them although nothing about traces is sent between replicas. Safe to use from any thread.
/// </summary>
public sealed class CommandTraces
{
    /// <summary>The name of the ActivitySource.</summary>
    public const string SourceName = "HotStuff";

    private static readonly ActivitySource Source = new(SourceName);

    private readonly UInt128 _bound;
    private readonly string _replica;

    private CommandTraces(double sample, ReplicaId replica)
    {
        _bound = (UInt128)(sample * Math.Pow(2, 64));
        _replica = replica.ToString();
    }

    /// <summary>For a replica; null when traces are off, so that nothing is done for them.</summary>
    public static CommandTraces? Create(TracesSettings settings, ReplicaId replica) => settings.Enabled ? new CommandTraces(settings.Sample, replica) : null;

    /// <summary>The identity of the trace of a client's commands, the same on all replicas.</summary>
    public static ActivityTraceId TraceIdOf(ClientId client, long firstSequence)
    {
        Span<byte> bytes = stackalloc byte[16 + ClientId.Size + 8];
        "hotstuff/trace/1"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], client.Value);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(16 + ClientId.Size)..], firstSequence);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return ActivityTraceId.CreateFromBytes(hash[..16]);
    }

    /// <summary>Commands that reached this replica's gateway are answered.</summary>
    internal void Received(CommandSegment segment, TimeSpan ago) =>
        Span("received", ActivityKind.Server, segment.Client, segment.FirstSequence, segment.Count, TimeProvider.System.GetUtcNow() - ago, block: null);

    /// <summary>This replica proposes a block with commands.</summary>
    internal void Proposed(Block block) => Each("proposed", ActivityKind.Producer, block, TimeProvider.System.GetUtcNow());

    /// <summary>This replica has executed a committed block.</summary>
    internal void Executed(Block block, TimeSpan ago) => Each("executed", ActivityKind.Consumer, block, TimeProvider.System.GetUtcNow() - ago);

    /// <summary>This replica has sent its results to the client.</summary>
    internal void Replied(IReadOnlyList<SegmentResults> replies)
    {
        if (!Source.HasListeners())
            return;
        foreach (var results in replies)
            Span("replied", ActivityKind.Server, results.Client, results.FirstSequence, results.Count, TimeProvider.System.GetUtcNow(), block: null);
    }

    private void Each(string name, ActivityKind kind, Block block, DateTimeOffset start)
    {
        if (!Source.HasListeners())
            return;
        foreach (var segment in block.Segments)
            Span(name, kind, segment.Client, segment.FirstSequence, segment.Count, start, block);
    }

    private void Span(string name, ActivityKind kind, ClientId client, long firstSequence, int count, DateTimeOffset start, Block? block)
    {
        if (!Source.HasListeners())
            return;
        var id = TraceIdOf(client, firstSequence);
        if (!IsSampled(id))
            return;
        // No replica knows the identities of the others' spans, so all are the first of the trace.
        var context = new ActivityContext(id, default, ActivityTraceFlags.Recorded, isRemote: true);
        using var span = Source.StartActivity(kind, context, startTime: start, name: name);
        if (span is null)
            return;
        span.SetTag("replica", _replica).SetTag("client", client.Value.ToString("x32")).SetTag("sequence", firstSequence).SetTag("commands", count);
        if (block is not null)
            span.SetTag("view", block.View.Number).SetTag("height", block.Height.Number).SetTag("block", block.Id.Hash.ToString());
        span.SetEndTime(TimeProvider.System.GetUtcNow().UtcDateTime);
    }

    private bool IsSampled(ActivityTraceId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) < _bound;
    }
}
