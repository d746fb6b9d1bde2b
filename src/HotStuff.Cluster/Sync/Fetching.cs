using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Cluster;

/// <summary>What the <see cref="SyncActor"/> fetches for the protocol, on its thread: one head at a time.</summary>
/// <remarks>
/// A fetch goes from a certified head downwards, each block proven by the hash in its child, into the store and not into memory; when it has reached what the
/// protocol has, the blocks are fed to the protocol oldest first, a chunk at a time. When much is missing, the committed blocks in between come from several peers at once before it goes on
/// (<see cref="RangeFetch"/>); when peers have them no more, a snapshot comes instead (<see cref="SnapshotFetch"/>). The protocol asks again while it misses something, so a fetch that fails
/// is simply given up after every peer was asked.
/// </remarks>
internal sealed class Fetching(SyncActor.Setup setup, SyncRequests requests, ILoggingAdapter log) : IDisposable
{
    private BlockFetch? _fetch;
    private RangeFetch? _ranges;
    private SnapshotFetch? _snapshot;

    /// <summary>The protocol misses blocks. One fetch at a time; it asks again for what it still misses.</summary>
    public void Start(IActorRef client, Effect.FetchBlocks wanted)
    {
        if (_fetch is null)
            Continue(_fetch = new BlockFetch(client, wanted.Head, wanted.Above));
    }

    /// <summary>The protocol has taken what it was fed.</summary>
    public void OnChunkTaken()
    {
        if (_fetch is { } fetch)
            Feed(fetch);
    }

    /// <summary>A request was not answered in time.</summary>
    public void OnExpired(object? purpose)
    {
        switch (purpose)
        {
            case DownwardRequest when _fetch is { } fetch:
                AskNext(fetch);
                break;
            case RangeFetch.Range range when _fetch is { } fetch && _ranges is { } ranges:
                ranges.Failed(range);
                AskRanges(fetch, ranges);
                break;
            case SnapshotFetch.Piece piece when _snapshot is { } snapshot:
                snapshot.Fail(piece);
                AskPieces(snapshot);
                break;
            default:
                break;
        }
    }

    private void End()
    {
        requests.Clear();
        _snapshot?.Dispose();
        (_fetch, _ranges, _snapshot) = (null, null, null);
    }

    /// <summary>Takes from the store what is there, and asks for the first block that is not; feeds the protocol when nothing is missing.</summary>
    private void Continue(BlockFetch fetch)
    {
        if (fetch.Walk(setup.Store))
        {
            log.Info("fetched {0} blocks up to height {1}", fetch.Found, fetch.Above.Number + fetch.Found);
            Feed(fetch);
        }
        else if (fetch.Found >= setup.Settings.MaxBlocks)
        {
            log.Warning("more than {0} blocks are missing: hotstuff.sync.max-blocks does not allow to fetch so many", setup.Settings.MaxBlocks);
            End();
        }
        else if (_ranges is null && fetch.Gap is var (first, last) && last.Number - first.Number >= RangeFetch.Least)
        {
            AskRanges(fetch, _ranges = new RangeFetch(first, last));
        }
        else
        {
            fetch.Asked = 0;
            AskNext(fetch);
        }
    }

    private void AskNext(BlockFetch fetch)
    {
        var ranked = requests.Ranked();
        if (fetch.Asked++ >= ranked.Count)
        {
            End();
            return;
        }

        requests.Ask(ranked[0], new DownwardRequest(), number => WireEncoder.Encode(new BlockRequest(
            ranked[0].Own, setup.Self, number, fetch.Missing, fetch.Above, setup.Settings.MaxResponseBytes)));
    }

    /// <summary>Blocks came, from a certified one downwards.</summary>
    public void OnResponse(object? purpose, BlockResponse response)
    {
        if (purpose is not DownwardRequest || _fetch is not { } fetch)
            return;
        if (response.Checkpoint is { } checkpoint && checkpoint.Value.Height > fetch.Above)
        {
            if (setup.Verifier.Verify(checkpoint).Value is not { } certificate)
            {
                requests.Lied(response.From);
                AskNext(fetch);
                return;
            }

            log.Info("the blocks below height {0} are gone: fetching the snapshot", certificate.Value.Height.Number);
            AskPieces(_snapshot = new SnapshotFetch(certificate, response.From, setup.Store, setup.Chain, setup.Limits));
        }
        else if (response.Blocks.IsEmpty)
        {
            requests.HasNot(response.From);
            AskNext(fetch);
        }
        else if (MessageVerifier.VerifyChain(fetch.Missing, [.. response.Blocks.Select(block => block.Value)]) is not { } chain)
        {
            requests.Lied(response.From);
            AskNext(fetch);
        }
        else
        {
            requests.Scores.StayOn();
            Keep(chain);
            Continue(fetch);
        }
    }

    private void Keep(ImmutableArray<Verified<Block>> blocks)
    {
        setup.Store.Put([.. blocks.Select(block => block.Value)]);
        setup.Counters.Fetched(blocks.Length);
    }

    private void AskRanges(BlockFetch fetch, RangeFetch ranges)
    {
        var peer = requests.Best();
        while (peer is not null && ranges.Next(setup.Settings.ParallelRequests) is { } range)
        {
            var asked = peer;
            requests.Ask(asked, range, number => WireEncoder.Encode(new RangeRequest(
                asked.Own, setup.Self, number, range.First, range.Count, setup.Settings.MaxResponseBytes)));
            peer = requests.Best();
        }

        if (ranges.IsOver || peer is null)
            Continue(fetch);
    }

    /// <summary>Blocks came, by their heights.</summary>
    public void OnResponse(object? purpose, RangeResponse response)
    {
        if (purpose is not RangeFetch.Range range || _fetch is not { } fetch || _ranges is not { } ranges)
            return;
        if (response.Certificate is not { } certificate)
        {
            requests.HasNot(response.From);
            ranges.Failed(range);
        }
        else if (response.Blocks.Length > range.Count
            || setup.Verifier.VerifyRange(range.First, [.. response.Blocks.Select(block => block.Value)], certificate) is not { } blocks)
        {
            requests.Lied(response.From);
            ranges.Failed(range);
        }
        else
        {
            Keep(blocks);
            ranges.Got(range, blocks.Length);
        }

        AskRanges(fetch, ranges);
    }

    private void AskPieces(SnapshotFetch snapshot)
    {
        while (requests.Best() is { } best && snapshot.Next(best, setup.Settings.ParallelRequests) is var (peer, piece))
        {
            requests.Ask(peer, piece, number => WireEncoder.Encode(new SnapshotRequest(
                peer.Own, setup.Self, number, snapshot.Snapshot, piece.OfManifest, piece.Index)));
        }

        // Perhaps nobody but the one who named the checkpoint ever had its snapshot, or not any more.
        if (snapshot.IsHopeless)
            requests.HasNot(snapshot.NamedBy);
        if (snapshot.IsHopeless || snapshot.IsIdle)
            End();
    }

    /// <summary>A piece of a snapshot came.</summary>
    public void OnResponse(object? purpose, SnapshotResponse response)
    {
        if (purpose is not SnapshotFetch.Piece piece || _fetch is not { } fetch || _snapshot is not { } snapshot)
            return;
        if (!snapshot.Take(piece, response.Piece.Span, response.Total))
        {
            if (response.Piece.IsEmpty)
                requests.HasNot(response.From);
            else
                requests.Lied(response.From);
        }

        if (snapshot.Complete() is { } root)
        {
            setup.Counters.FetchedSnapshot();
            log.Info("fetched the snapshot at height {0}", snapshot.Height.Number);
            fetch.Client.Tell(new ReplicaEvent.CheckpointFetched(root));
            End();
            return;
        }

        AskPieces(snapshot);
    }

    /// <summary>Hands the next chunk to the protocol, oldest first; it answers with <see cref="SyncActor.ChunkTaken"/>.</summary>
    private void Feed(BlockFetch fetch)
    {
        var ids = fetch.TakeChunk();
        var blocks = ids.Select(setup.Store.Find).OfType<Block>().ToList();
        // Nothing left; or a block that the store has dropped meanwhile: the protocol has gone past it.
        if (ids.Count == 0 || blocks.Count < ids.Count || MessageVerifier.VerifyChain(ids[0], blocks) is not { } chain)
            End();
        else
            fetch.Client.Tell(new ReplicaEvent.BlocksFetched(chain));
    }

    /// <inheritdoc/>
    public void Dispose() => _snapshot?.Dispose();

    private sealed record DownwardRequest;
}
