using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Storage;

namespace HotStuff.Cluster.Tests;

/// <summary>What certificates take on the wire and on disk, as the committee grows.</summary>
public sealed class CertificateSizeTests
{
    [Fact]
    public void A_threshold_certificate_is_48_bytes_on_the_wire_and_on_disk_at_any_number_of_replicas()
    {
        var (few, many) = (Sizes.Of("bls", 4), Sizes.Of("bls", 31));

        Assert.Equal(48, few.Certificate);
        Assert.Equal(few, many);
    }

    [Theory]
    [InlineData("bls-multi", 1 + 48, 4 + 48)]
    [InlineData("ed25519", 1 + (3 * 64), 4 + (21 * 64))]
    public void Other_certificates_grow_with_the_committee_and_nothing_else_does(string signatures, int few, int many)
    {
        var (small, large) = (Sizes.Of(signatures, 4), Sizes.Of(signatures, 31));
        var growth = many - few;

        Assert.Equal((few, many), (small.Certificate, large.Certificate));
        Assert.Equal(small.Block + growth, large.Block);
        Assert.Equal(small.Record + (3 * growth), large.Record);

        // Protobuf says a length below 128 in one byte, a larger one in two: of the block, of the timeout certificate and of its signature.
        Assert.InRange(large.Proposal - small.Proposal, 2 * growth, (2 * growth) + 3);
    }

    /// <summary>Bytes of a certificate, and of what contains one: a block its justify, a proposal that and the certificate of a timeout, a safety record three.</summary>
    private sealed record Sizes(int Certificate, int Block, int Proposal, int Record)
    {
        public static Sizes Of(string signatures, int replicas)
        {
            var (genesis, keys) = KeyGenerator.Generate("sizes", replicas, signatures: signatures);
            var verifier = new MessageVerifier(genesis);
            var said = new VoteStatement(Epoch.Genesis, new View(7), new BlockId(Digest.Of("block"u8)), Phase.Generic);
            var complaint = new ComplaintStatement(Epoch.Genesis, new View(7));
            var signers = keys.Take(genesis.Committee.Quorum).Select(key => key.CreateSigner()).ToArray();
            var qc = verifier.Combine(said, Shares(SignedBytes.Vote(genesis.ChainId, said))).Certificate!.Value;
            var tc = verifier.Combine(complaint, Shares(SignedBytes.Complaint(genesis.ChainId, complaint))).Certificate!.Value;

            var block = HotStuff.Consensus.Block.Create(genesis.ChainId, Epoch.Genesis, new View(8), new Height(5), new ReplicaId(0), qc, []);
            var proposal = WireEncoder.Encode(new Proposal(block, tc, signers[0].Sign(SignedBytes.Proposal(genesis.ChainId, block.Epoch, block.View, block.Id))));
            var record = SafetyRecordCodec.Encode(genesis.ChainId, new SafetyRecord(Epoch.Genesis, null, said, new View(7), qc, qc, tc));
            Assert.Equal(qc.Signature.Bytes.Length, tc.Signature.Bytes.Length);
            return new Sizes(qc.Signature.Bytes.Length, block.Encoded.Length, proposal.Bytes.Length, record.Length);

            SignatureShare[] Shares(byte[] statement) => [.. signers.Select(signer => new SignatureShare(signer.Replica, signer.SignShare(statement)))];
        }
    }
}
