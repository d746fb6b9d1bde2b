using System.Numerics;
using CsCheck;
using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

/// <summary>What holds for every quorum signature scheme.</summary>
public sealed class SchemeContractTests
{
    public static TheoryData<string> Names => [.. SignatureSuites.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_quorum_of_four_makes_a_certificate_and_no_fewer_do(string signatures)
    {
        var group = SchemeGroup.Of(signatures);
        var scheme = group.Genesis.CreateScheme();
        for (var mask = 0; mask < 16; mask++)
        {
            var shares = group.Shares(Enumerable.Range(0, 4).Where(i => (mask >> i & 1) == 1).Reverse());
            if (BitOperations.PopCount((uint)mask) < 3)
                Assert.Throws<ArgumentException>(() => scheme.Combine(group.Statement, shares));
            else
                Assert.True(group.Genesis.CreateScheme().VerifyCombined(group.Statement, group.Certificate(scheme, shares)));
        }
    }

    [Theory]
    [InlineData("ed25519", 1, 1 + 64)]
    [InlineData("ed25519", 4, 1 + (3 * 64))]
    [InlineData("ed25519", 31, 4 + (21 * 64))]
    [InlineData("bls", 1, 48)]
    [InlineData("bls", 4, 48)]
    [InlineData("bls", 31, 48)]
    [InlineData("bls-multi", 1, 1 + 48)]
    [InlineData("bls-multi", 4, 1 + 48)]
    [InlineData("bls-multi", 31, 4 + 48)]
    public void Certificates_are_of_one_size_for_a_committee(string signatures, int replicas, int size)
    {
        var group = SchemeGroup.Of(signatures, replicas);
        var scheme = group.Genesis.CreateScheme();
        var members = Enumerable.Range(0, replicas).ToArray();

        var certificate = group.Certificate(scheme, group.Shares(members[^group.Quorum..]));

        Assert.Equal(size, certificate.Bytes.Length);
        Assert.True(scheme.VerifyCombined(group.Statement, certificate));
        Assert.Equal(size, group.Certificate(scheme, group.Shares(members)).Bytes.Length);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_certificate_says_nothing_about_another_statement_or_group(string signatures)
    {
        var group = SchemeGroup.Of(signatures);
        var certificate = group.Certificate(0, 1, 2);

        Assert.False(group.Genesis.CreateScheme().VerifyCombined(SignedBytes.Vote(group.Genesis.ChainId, TestChain.Statement(4)), certificate));
        Assert.False(KeyGenerator.Generate("other", 4, signatures: signatures).Genesis.CreateScheme().VerifyCombined(group.Statement, certificate));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_certificate_with_a_changed_bit_or_of_another_length_is_refused(string signatures)
    {
        var group = SchemeGroup.Of(signatures);
        var scheme = group.Genesis.CreateScheme();
        var certificate = group.Certificate(0, 1, 2);

        for (var bit = 0; bit < 8 * certificate.Bytes.Length; bit += bit < 8 ? 1 : 13)
            Assert.False(scheme.VerifyCombined(group.Statement, certificate.Flip(bit)));
        for (var length = 0; length < certificate.Bytes.Length; length++)
            Assert.False(scheme.VerifyCombined(group.Statement, new Signature(certificate.Bytes[..length])));
        Assert.False(scheme.VerifyCombined(group.Statement, new Signature((byte[])[.. certificate.Bytes.Span, 0])));
        Assert.False(scheme.VerifyCombined(group.Statement, group.Share(0).Signature));
        Assert.True(scheme.VerifyCombined(group.Statement, certificate));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bad_shares_among_many_are_found_and_the_rest_make_a_certificate(string signatures)
    {
        var group = SchemeGroup.Of(signatures, 31);
        var scheme = group.Genesis.CreateScheme();
        var shares = group.Shares(Enumerable.Range(0, 31));
        shares[5] = shares[5] with { Signature = shares[6].Signature };
        shares[17] = group.Share(17, [1, 2, 3]);

        var refused = Assert.IsType<CombineResult.BadShares>(scheme.Combine(group.Statement, shares));

        Assert.Equal([new ReplicaId(5), new ReplicaId(17)], refused.Signers);
        Assert.False(scheme.VerifyShare(group.Statement, shares[5]));
        Assert.True(scheme.VerifyShare(group.Statement, group.Share(5)));
        Assert.True(scheme.VerifyCombined(group.Statement, group.Certificate(scheme, [.. shares.Except([shares[5], shares[17]])])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_signer_counts_once(string signatures)
    {
        var group = SchemeGroup.Of(signatures);

        Assert.Throws<ArgumentException>(() => group.Genesis.CreateScheme().Combine(group.Statement, group.Shares([0, 1, 1])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_does_not_look_like_a_share_is_not_counted(string signatures)
    {
        var group = SchemeGroup.Of(signatures);
        var scheme = group.Genesis.CreateScheme();
        var share = group.Share(0);

        Assert.True(scheme.VerifyShare(group.Statement, share));
        foreach (var stranger in new[] { -1, 4, int.MinValue, int.MaxValue })
            Assert.False(scheme.VerifyShare(group.Statement, share with { Signer = new ReplicaId(stranger) }));
        foreach (var bytes in new ReadOnlyMemory<byte>[] { default, share.Signature.Bytes[1..], (byte[])[.. share.Signature.Bytes.Span, 0] })
            Assert.False(scheme.VerifyShare(group.Statement, share with { Signature = new Signature(bytes) }));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Random_bytes_are_neither_shares_nor_certificates_and_nothing_throws(string signatures) =>
        Gen.Select(Gen.OneOf(Gen.Const(1), Gen.Const(4)), Gen.OneOf(Gen.Byte.Array[0, 250], Gen.Byte.Array[64], Gen.Byte.Array[96]), Gen.Byte.Array[192]).Sample(
            (replicas, bytes, body) =>
            {
                var group = SchemeGroup.Of(signatures, replicas);
                var scheme = group.Genesis.CreateScheme();
                var garbage = new SignatureShare(new ReplicaId(0), new Signature(bytes));
                Assert.False(scheme.VerifyCombined(group.Statement, new Signature(bytes)));
                Assert.False(scheme.VerifyCombined(group.Statement, new Signature(Enumerable.Concat<byte>([0b0111], body).Take(49).ToArray())));
                scheme.VerifyShare(group.Statement, garbage);
                Assert.IsType<CombineResult.BadShares>(scheme.Combine(group.Statement, [garbage, .. group.Shares(Enumerable.Range(1, group.Quorum - 1))]));
            },
            iter: 20);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_verifier_of_votes_and_complaints_makes_certificates_of_both_kinds(string signatures)
    {
        var group = SchemeGroup.Of(signatures);
        var verifier = new MessageVerifier(group.Genesis);
        var complaint = TestChain.Giving(9);
        var complaints = Enumerable.Range(1, 3).Select(replica => group.Share(replica, SignedBytes.Complaint(group.Genesis.ChainId, complaint)));

        var qc = verifier.Combine(TestChain.Statement(3), group.Shares([0, 1, 3])).Certificate!.Value;
        var tc = verifier.Combine(complaint, [.. complaints]).Certificate!.Value;

        var other = new MessageVerifier(group.Genesis);
        Assert.NotNull(other.Verify(qc.Unchecked()).Value);
        Assert.NotNull(other.Verify(tc.Unchecked()).Value);
        Assert.Equal(Refusal.BadCertificate, other.Verify((tc with { Statement = TestChain.Giving(8) }).Unchecked()).Reason);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Genesis_and_key_files_are_read_back(string signatures)
    {
        var group = SchemeGroup.Of(signatures);
        using var directory = new TestDirectory();
        group.Genesis.Save(directory.File("genesis.json"));
        ReplicaKeyFile.Save(directory.File("replica-2.key"), group.Keys[2]);

        var read = Genesis.Load(directory.File("genesis.json"));
        using var signer = ReplicaKeyFile.Load(directory.File("replica-2.key"), read);

        Assert.Equal((group.Genesis.ChainId, signatures), (read.ChainId, read.Signatures));
        Assert.Equal(group.Share(2).Signature, signer.SignShare(group.Statement));
        Assert.True(read.CreateScheme().VerifyCombined(group.Statement, group.Certificate(1, 2, 3)));
    }

    [Fact]
    public void An_unknown_scheme_is_one_line_with_the_names_there_are()
    {
        var problem = Assert.Throws<ConfigurationProblemException>(() => SignatureSuites.Get("rsa"));

        Assert.Equal("signatures is \"rsa\"; allowed: ed25519, bls, bls-multi", problem.Message);
    }
}
