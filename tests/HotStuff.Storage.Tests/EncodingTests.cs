using System.Buffers;
using CsCheck;
using HotStuff.Consensus;
using static HotStuff.Storage.Tests.Chains;

namespace HotStuff.Storage.Tests;

/// <summary>The bytes of manifests and evidence: one encoding for each, and nothing else is read.</summary>
public sealed class EncodingTests
{
    private static readonly ProtocolLimits Small = Limits with { MaxBlockBytes = 1024, MaxCommandBytes = 100 };
    private static readonly SnapshotManifest Manifest = SnapshotManifest.Of(After(Genesis, 5)[^1], new ReadOnlySequence<byte>(new byte[2500]), 1024);

    private static readonly Gen<Evidence> EvidenceGen = Gen.OneOf(
        Gen.Select(Gen.Int[0, 30], Gen.Long, Gen.Byte.Array[0, 100]).Select((culprit, view, bytes) => (Evidence)new DoubleProposal(
            new ReplicaId(culprit), Statement(view, 1), new Signature(bytes), Statement(view, 2), new Signature(new byte[] { 7 }))),
        Gen.Select(Gen.Int[0, 30], Gen.Long, Gen.Byte.Array[0, 100]).Select((culprit, view, bytes) => (Evidence)new DoubleVote(
            new Vote(Statement(view, 1), new SignatureShare(new ReplicaId(culprit), new Signature(bytes))),
            new Vote(Statement(view, 2), new SignatureShare(new ReplicaId(culprit), Signature.None)))),
        Gen.Select(Gen.Int[0, 30], Gen.ULong, Gen.ULong).Select((culprit, one, two) => (Evidence)new DoubleProcess(new ReplicaId(culprit), one, two)));

    [Fact]
    public void Evidence_comes_back_as_written() => EvidenceGen.Sample(
        evidence => evidence.Equals(EvidenceCodec.TryDecode(Chain, EvidenceCodec.Encode(Chain, evidence))));

    [Fact]
    public void Damaged_evidence_is_not_read_as_the_same_and_never_throws() => Gen.Select(EvidenceGen, Gen.Int[0, 10_000], Gen.Byte[1, 255]).Sample((evidence, position, flip) =>
    {
        var encoded = EvidenceCodec.Encode(Chain, evidence);
        encoded[position % encoded.Length] ^= flip;
        Assert.NotEqual(evidence, EvidenceCodec.TryDecode(Chain, encoded));
        Assert.Null(EvidenceCodec.TryDecode(Chain, encoded.AsMemory(0, position % encoded.Length)));
        Assert.Null(EvidenceCodec.TryDecode(default, EvidenceCodec.Encode(Chain, evidence)));
    });

    [Fact]
    public void A_manifest_comes_back_as_written()
    {
        var read = SnapshotManifest.TryDecode(Manifest.Encode(), Small)!;
        Assert.Equal((Manifest.Digest, Manifest.Length, 3), (read.Digest, read.Length, read.Chunks.Length));
        Assert.Equal((2048, 452), read.RangeOf(2));
    }

    [Fact]
    public void A_damaged_manifest_is_not_read_or_is_another_one() => Gen.Select(Gen.Int[0, 10_000], Gen.Byte[1, 255]).Sample((position, flip) =>
    {
        var encoded = Manifest.Encode();
        encoded[position % encoded.Length] ^= flip;
        Assert.NotEqual(Manifest.Digest, SnapshotManifest.TryDecode(encoded, Small)?.Digest);
        Assert.Null(SnapshotManifest.TryDecode(Manifest.Encode().AsSpan(0, position % encoded.Length), Small));
        Assert.Null(SnapshotManifest.TryDecode(Manifest.Encode(), Limits));
    });

    [Fact]
    public void A_manifest_that_claims_more_than_it_shows_costs_nothing()
    {
        var encoded = Manifest.Encode();
        encoded.AsSpan(1 + 19 + 8 + 32, 8).Fill(0x3f);
        Assert.Null(SnapshotManifest.TryDecode(encoded, Small));
    }

    private static VoteStatement Statement(long view, byte block) => new(Epoch.Genesis, new View(view), new BlockId(Digest.Of([block])), Phase.Commit);
}
