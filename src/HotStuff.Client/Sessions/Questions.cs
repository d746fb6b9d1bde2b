using System.Collections.Concurrent;
using Google.Protobuf;
using HotStuff.Client.Wire;
using HotStuff.Consensus;

namespace HotStuff.Client.Sessions;

/// <summary>What is asked of the replicas' present state: queries and their status.</summary>
internal sealed class Questions(ClientOptions options, Links links)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentDictionary<ulong, QueryRound> _queries = new();
    private readonly ConcurrentDictionary<ulong, StatusRound> _statuses = new();
    private readonly TimeProvider _time = options.TimeProvider;
    private long _lastId;

    private Committee Committee => options.Genesis.Committee;

    /// <summary>Asks until f+1 replicas answer alike: replicas that execute meanwhile may well differ for a moment.</summary>
    public async Task<QueryResult> QueryAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation)
    {
        var allowed = MaxQueryBytes(options.Genesis.Limits);
        if (query.Length > allowed)
            throw new HotStuffClientException(ClientFailure.CommandTooLarge, $"a query has {query.Length} bytes; {allowed} are allowed");

        var start = _time.GetTimestamp();
        var bytes = UnsafeByteOperations.UnsafeWrap(query);
        for (var pause = FirstPause; ; pause *= 2)
        {
            var left = options.OverallTimeout - _time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                throw Unanswered();
            if (await AskAsync(bytes, Shorter(left, options.ResendAfter), cancellation) is { } result)
                return result;

            left = options.OverallTimeout - _time.GetElapsedTime(start);
            if (left > TimeSpan.Zero)
                await Task.Delay(Shorter(left, Shorter(pause, options.ResendAfter)), _time, cancellation);
        }
    }

    /// <summary>Asks every connected replica for its status.</summary>
    public async Task<IReadOnlyList<NodeStatus?>> StatusAsync(
        bool includeDigest, TimeSpan timeout, bool includeEvidence, CancellationToken cancellation)
    {
        var id = (ulong)Interlocked.Increment(ref _lastId);
        var round = new StatusRound(Committee.Size);
        _statuses[id] = round;
        try
        {
            round.Asked(AskAll(FrameType.StatusRequest, new StatusRequest { Id = id, IncludeDigest = includeDigest, IncludeEvidence = includeEvidence }));
            await round.Completion.WaitAsync(timeout, _time, cancellation);
        }
        catch (TimeoutException)
        {
            // Who has not answered has not.
        }
        finally
        {
            _statuses.TryRemove(id, out _);
        }

        return round.Answers;
    }

    public void Answered(ReplicaId replica, QueryReply reply)
    {
        if (_queries.TryGetValue(reply.Id, out var round))
            round.Answer(replica, WireValues.Height(reply.Height), reply.Result.Memory);
    }

    public void Answered(ReplicaId replica, StatusReply reply)
    {
        if (_statuses.TryGetValue(reply.Id, out var round))
            round.Answer(WireValues.Status(replica, reply));
    }

    /// <summary>The longest query: as long as a command may be, and never so short that nothing can be asked.</summary>
    public static int MaxQueryBytes(ProtocolLimits limits) => Math.Max(limits.MaxCommandBytes, 1024);

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private async Task<QueryResult?> AskAsync(ByteString query, TimeSpan timeout, CancellationToken cancellation)
    {
        var id = (ulong)Interlocked.Increment(ref _lastId);
        var round = new QueryRound(Committee);
        _queries[id] = round;
        try
        {
            round.Asked(AskAll(FrameType.QueryRequest, new QueryRequest { Id = id, Query = query }));
            return await round.Completion.WaitAsync(timeout, _time, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            _queries.TryRemove(id, out _);
        }
    }

    private int AskAll(FrameType type, IMessage message) => links.All.Count(link => link.TrySend(type, message));

    private HotStuffClientException Unanswered()
    {
        var up = links.Up;
        return up < Committee.OneHonest
            ? Failures.NoQuorum(up, Committee.OneHonest, links.Problems)
            : new HotStuffClientException(ClientFailure.TimedOut, $"no {Committee.OneHonest} replicas gave the same answer to the query in time");
    }
}
