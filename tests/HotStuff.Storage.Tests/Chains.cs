using System.Buffers;
using CsCheck;
using HotStuff.Consensus;

namespace HotStuff.Storage.Tests;

/// <summary>Blocks, certificates and records for tests; their signatures are arbitrary bytes, which a store does not look at.</summary>
internal static class Chains
{
    public static readonly ChainId Chain = new(Digest.Of("a chain"u8));
    public static readonly ChainId OtherChain = new(Digest.Of("another chain"u8));
    public static readonly ProtocolLimits Limits = new();
    public static readonly Block Genesis = Block.Genesis(Chain);

    private static readonly Gen<Signature> Signatures = Gen.Byte.Array[0, 200].Select(bytes => new Signature(bytes));
    private static readonly Gen<BlockId> BlockIds = Gen.Byte.Array[Digest.Size].Select(bytes => new BlockId(new Digest(bytes)));
    private static readonly Gen<View> Views = Gen.Long[0, long.MaxValue].Select(number => new View(number));
    private static readonly Gen<Epoch> Epochs = Gen.Long[0, long.MaxValue].Select(number => new Epoch(number));
    private static readonly Gen<VoteStatement> Statements =
        Gen.Select(Epochs, Views, BlockIds, Gen.Enum<Phase>(), (epoch, view, block, phase) => new VoteStatement(epoch, view, block, phase));

    private static readonly Gen<QuorumCertificate> Certificates =
        Gen.Select(Statements, Signatures, (statement, signature) => new QuorumCertificate(statement, signature));

    private static readonly Gen<Vote> Votes = Gen.Select(Statements, Gen.Int[0, 255], Signatures, (statement, signer, signature) =>
        new Vote(statement, new SignatureShare(new ReplicaId(signer), signature)));

    private static readonly Gen<TimeoutCertificate> TimeoutCertificates = Gen.Select(Epochs, Views, Signatures, (epoch, view, signature) =>
        new TimeoutCertificate(new ComplaintStatement(epoch, view), signature));

    private static readonly Gen<VoteStatement?> Proposals = Gen.OneOf(Gen.Const((VoteStatement?)null), Statements.Select(it => (VoteStatement?)it));

    /// <summary>Records with every optional part there or not.</summary>
    public static readonly Gen<SafetyRecord> Records = Gen.Select(
        Epochs,
        Gen.OneOf(Gen.Const((Vote)null!), Votes),
        Proposals,
        Views,
        Certificates,
        Certificates,
        Gen.OneOf(Gen.Const((TimeoutCertificate)null!), TimeoutCertificates),
        Views,
        (epoch, vote, proposal, complaint, locked, highQc, highTc, floor) => new SafetyRecord(epoch, vote, proposal, complaint, locked, highQc, highTc, floor));

    /// <summary>A child of <paramref name="parent"/> in view <paramref name="view"/>, with one command of <paramref name="size"/> bytes if that is not 0.</summary>
    public static Block Child(Block parent, long view, int size = 10)
    {
        var justify = new QuorumCertificate(new VoteStatement(Epoch.Genesis, parent.View, parent.Id, Phase.Generic), new Signature(new byte[] { 1, 2, 3 }));
        CommandSegment[] segments = size == 0 ? [] : [CommandSegment.Create(new ClientId(7), view, [new byte[size]])];
        return Block.Create(Chain, Epoch.Genesis, new View(view), parent.Height.Next, new ReplicaId((int)(view % 4)), justify, segments);
    }

    /// <summary><paramref name="count"/> blocks, each the parent of the next, in consecutive views.</summary>
    public static Block[] After(Block parent, int count, int size = 10)
    {
        var blocks = new Block[count];
        for (var i = 0; i < count; i++)
            blocks[i] = parent = Child(parent, parent.View.Number + 1, size);
        return blocks;
    }

    /// <summary>The record of a replica that voted for <paramref name="block"/>.</summary>
    public static SafetyRecord RecordOf(Block block)
    {
        var statement = new VoteStatement(block.Epoch, block.View, block.Id, Phase.Generic);
        var vote = new Vote(statement, new SignatureShare(new ReplicaId(1), new Signature(new byte[] { 4, 5, 6 })));
        return new SafetyRecord(Epoch.Genesis, vote, null, View.Genesis, Block.GenesisCertificate(Chain), block.Justify, null);
    }

    /// <summary>The bytes of the snapshot that this chain's only state has at a height: a megabyte and a little more.</summary>
    public static byte[] ContentsOf(long height)
    {
        var contents = new byte[(1024 * 1024) + 100];
        new Random((int)height).NextBytes(contents);
        return contents;
    }

    /// <summary>The manifest of <see cref="ContentsOf"/> after a block.</summary>
    public static SnapshotManifest SnapshotOf(Block block) =>
        SnapshotManifest.Of(block, new ReadOnlySequence<byte>(ContentsOf(block.Height.Number)), Limits.SnapshotChunkBytes);

    /// <summary>A certificate of a snapshot, whose signature is arbitrary.</summary>
    public static CheckpointCertificate CertificateOf(SnapshotManifest manifest) =>
        new(new CheckpointStatement(Epoch.Genesis, manifest.Height, manifest.Block, manifest.Digest), new Signature(new byte[] { 1, 2, 3 }));

    public static IEnumerable<BlockId> Ids(IEnumerable<Block> blocks) => blocks.Select(block => block.Id);
}
