using Xunit.Abstractions;

namespace HotStuff.Mutations.Tests;

/// <summary>Quorums, signatures and what is signed.</summary>
public sealed class CertificateMutations(ITestOutputHelper output) : MutationTests(output, Mutants)
{
    private const string Committee = "src/HotStuff.Consensus/Values/Committee.cs";
    private const string Signed = "src/HotStuff.Consensus/Encoding/SignedBytes.cs";
    private const string Ed25519 = "src/HotStuff.Crypto/Schemes/Ed25519QuorumScheme.cs";
    private const string Model = "src/HotStuff.Simulation/ModelSignatures.cs";

    private static readonly Mutant[] Mutants =
    [
        new(
            "a quorum of one less",
            Committee,
            "public int Quorum => Size - MaxFaulty;",
            "public int Quorum => Size - MaxFaulty - 1;",
            ["worlds chained"],
            ["CommitsLinear", "AtMostOneQcPerView"]),
        new(
            "one vote too few makes a certificate",
            "src/HotStuff.Consensus/Collecting/ShareCollector.cs",
            "pending.Shares.Count < quorum)",
            "pending.Shares.Count < quorum - 1)",
            ["slow network"],
            ["Authentic"]),
        new(
            "votes are not bound to the chain",
            Signed,
            """
            writer.Tag("hotstuff/vote/1"u8);
                    writer.Digest(chain.Hash);
            """,
            """
            writer.Tag("hotstuff/vote/1"u8);
                    writer.Digest(default);
            """,
            ["forgeries ed25519"],
            ["Authentic"]),
        new(
            "complaints are not bound to the chain",
            Signed,
            """
            writer.Tag("hotstuff/complaint/1"u8);
                    writer.Digest(chain.Hash);
            """,
            """
            writer.Tag("hotstuff/complaint/1"u8);
                    writer.Digest(default);
            """,
            ["forgeries ed25519"],
            ["Authentic"]),
        new(
            "proposals are not bound to the chain",
            Signed,
            """
            writer.Tag("hotstuff/proposal/1"u8);
                    writer.Digest(chain.Hash);
            """,
            """
            writer.Tag("hotstuff/proposal/1"u8);
                    writer.Digest(default);
            """,
            ["forgeries ed25519"],
            ["Authentic"]),
        new(
            "votes are not bound to the epoch",
            Signed,
            """
            writer.Int64(statement.Epoch.Number);
                    writer.Int64(statement.View.Number);
                    writer.Digest
            """,
            """
            writer.Int64(0);
                    writer.Int64(statement.View.Number);
                    writer.Digest
            """,
            ["forgeries ed25519"],
            ["Authentic"]),
        new(
            "complaints are not bound to the epoch",
            Signed,
            """
            writer.Tag("hotstuff/complaint/1"u8);
                    writer.Digest(chain.Hash);
                    writer.Int64(statement.Epoch.Number);
            """,
            """
            writer.Tag("hotstuff/complaint/1"u8);
                    writer.Digest(chain.Hash);
                    writer.Int64(0);
            """,
            ["forgeries ed25519"],
            ["Authentic"]),
        new(
            "proposals are not bound to the epoch",
            Signed,
            "writer.Int64(epoch.Number);",
            "writer.Int64(0);",
            ["forgeries ed25519"],
            ["Authentic"]),
        new(
            "votes are not bound to the block",
            Signed,
            "writer.Digest(statement.Block.Hash);\n        writer.Byte(",
            "writer.Digest(default);\n        writer.Byte(",
            ["forgeries ed25519"],
            ["Authentic"]),
        new(
            "votes are not bound to the view",
            Signed,
            """
            writer.Int64(statement.View.Number);
                    writer.Digest
            """,
            """
            writer.Int64(0);
                    writer.Digest
            """,
            ["turmoil chained forge"],
            ["Authentic"]),
        new(
            "complaints are not bound to the view",
            Signed,
            """
            writer.Int64(statement.View.Number);
                    return
            """,
            """
            writer.Int64(0);
                    return
            """,
            ["turmoil chained forge"],
            ["Authentic"]),
        new(
            "votes are not bound to the phase",
            Signed,
            "writer.Byte((byte)statement.Phase);",
            "writer.Byte(0);",
            ["forgeries ed25519"],
            ["Authentic"]),
        new(
            "a certificate's bitmap is of fewer signers than a quorum",
            "src/HotStuff.Crypto/Schemes/SignerBitmap.cs",
            "return signers.Count == committee.Quorum ? signers : null;",
            "return signers;",
            ["forgeries ed25519"],
            ["Authentic"]),
        new(
            "ed25519: the signatures in a certificate are not verified",
            Ed25519,
            "return !isGood.Contains(false);",
            "return true;",
            ["forgeries ed25519"],
            ["Authentic"]),
        new(
            "a signer counts twice in a certificate",
            Model,
            "signer.Index <= previous || ",
            "",
            ["forgeries model"],
            ["Authentic"]),
    ];

    public static TheoryData<string> Names => NamesOf(Mutants);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mutant_is_found(string mutant) => Find(mutant);
}
