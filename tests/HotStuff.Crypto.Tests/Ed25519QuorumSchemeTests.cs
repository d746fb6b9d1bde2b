using System.Numerics;
using CsCheck;
using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

public sealed class Ed25519QuorumSchemeTests
{
    private static readonly byte[] Statement = SignedBytes.Vote(TestChain.Of(4).Id, TestChain.Statement(3));

    private static IQuorumScheme Scheme => TestChain.Of(4).Genesis.CreateScheme();

    private static Signature Certificate => TestChain.Of(4).Qc(TestChain.Statement(3)).Signature;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(31)]
    public void A_quorum_of_shares_makes_a_certificate_that_verifies(int replicas)
    {
        var chain = TestChain.Of(replicas);
        var scheme = chain.Genesis.CreateScheme();
        var statement = SignedBytes.Vote(chain.Id, TestChain.Statement(9));
        var shares = chain.Votes(TestChain.Statement(9), replicas).Reverse().ToArray();

        var combined = Assert.IsType<CombineResult.Combined>(scheme.Combine(statement, shares)).Signature;

        Assert.True(scheme.VerifyCombined(statement, combined));
        Assert.False(scheme.VerifyCombined(SignedBytes.Vote(chain.Id, TestChain.Statement(10)), combined));
        Assert.Equal(((replicas + 7) / 8) + (64 * chain.Committee.Quorum), combined.Bytes.Length);
        Assert.Equal(chain.Qc(TestChain.Statement(9)).Signature, combined);
    }

    [Fact]
    public void The_bitmap_names_the_signers_and_their_signatures_follow_in_order()
    {
        var chain = TestChain.Of(4);
        var shares = new[] { 3, 0, 2 }.Select(i => chain.Vote(i, TestChain.Statement(3)).Share).ToArray();

        var combined = Assert.IsType<CombineResult.Combined>(Scheme.Combine(Statement, shares)).Signature.Bytes;

        Assert.Equal(0b1101, combined.Span[0]);
        Assert.Equal(shares[1].Signature.Bytes.ToArray(), combined[1..65].ToArray());
        Assert.Equal(shares[2].Signature.Bytes.ToArray(), combined[65..129].ToArray());
        Assert.Equal(shares[0].Signature.Bytes.ToArray(), combined[129..].ToArray());
    }

    [Fact]
    public void All_bad_shares_are_blamed_and_no_others() => Gen.Int[0, (1 << 20) - 1].Sample(
        mask =>
        {
            var chain = TestChain.Of(31);
            var statement = SignedBytes.Vote(chain.Id, TestChain.Statement(2));
            var shares = chain.Votes(TestChain.Statement(2), 31)
                .Select((share, i) => (mask >> i & 1) == 1 ? share with { Signature = share.Signature.Flip(i) } : share)
                .ToArray();

            switch (chain.Genesis.CreateScheme().Combine(statement, shares))
            {
                case CombineResult.BadShares bad:
                    Assert.Equal(Enumerable.Range(0, 20).Where(i => (mask >> i & 1) == 1), bad.Signers.Select(signer => signer.Index));
                    break;
                default:
                    Assert.Equal(0, mask);
                    break;
            }
        },
        iter: 20);

    [Fact]
    public void A_share_of_a_stranger_or_of_another_signer_is_bad()
    {
        var share = TestChain.Of(4).Vote(1, TestChain.Statement(3)).Share;

        Assert.True(Scheme.VerifyShare(Statement, share));
        foreach (var index in new[] { -1, 0, 2, 4, int.MinValue, int.MaxValue })
        {
            var claimed = share with { Signer = new ReplicaId(index) };
            Assert.False(Scheme.VerifyShare(Statement, claimed));
            var bad = Assert.IsType<CombineResult.BadShares>(Scheme.Combine(Statement, [claimed]));
            Assert.Equal([claimed.Signer], bad.Signers);
        }
    }

    [Fact]
    public void A_certificate_cannot_hold_one_signer_twice()
    {
        var combined = Certificate.Bytes.ToArray();
        combined.AsSpan(1, 64).CopyTo(combined.AsSpan(65));

        Assert.False(Scheme.VerifyCombined(Statement, new Signature(combined)));
    }

    [Fact]
    public void A_bitmap_with_too_few_too_many_or_stray_bits_is_refused()
    {
        for (var bitmap = 0; bitmap < 256; bitmap++)
        {
            var combined = Certificate.Bytes.ToArray();
            combined[0] = (byte)bitmap;
            Assert.Equal(bitmap == 0b0111, Scheme.VerifyCombined(Statement, new Signature(combined)));
        }
    }

    [Fact]
    public void Fewer_or_more_signatures_than_a_quorum_are_refused()
    {
        var chain = TestChain.Of(4);
        foreach (var signers in new[] { 0, 1, 2, 4 })
        {
            var shares = chain.Votes(TestChain.Statement(3), signers).SelectMany(share => share.Signature.Bytes.ToArray());
            byte[] combined = [(byte)((1 << signers) - 1), .. shares];
            Assert.Equal(signers, BitOperations.PopCount(combined[0]));
            Assert.False(Scheme.VerifyCombined(Statement, new Signature(combined)));
        }
    }

    [Fact]
    public void Every_changed_bit_is_refused() => Gen.Int[0, (8 * (1 + (3 * 64))) - 1].Sample(
        bit => Assert.False(Scheme.VerifyCombined(Statement, Certificate.Flip(bit))));

    [Fact]
    public void Random_bytes_are_refused_and_nothing_throws() => Gen.Select(Gen.Int[0, 2].Select(i => new[] { 1, 4, 31 }[i]), Gen.Byte.Array[0, 2000], Gen.Int).Sample(
        (replicas, bytes, signer) =>
        {
            var scheme = TestChain.Of(replicas).Genesis.CreateScheme();
            Assert.False(scheme.VerifyCombined(Statement, new Signature(bytes)));
            Assert.False(scheme.VerifyShare(Statement, new SignatureShare(new ReplicaId(signer), new Signature(bytes))));
        });

    [Fact]
    public void Random_signatures_under_a_good_bitmap_are_refused() => Gen.Byte.Array[3 * 64].Sample(
        bytes => Assert.False(Scheme.VerifyCombined(Statement, new Signature((byte[])[0b0111, .. bytes]))), iter: 200);

    [Fact]
    public void Known_shares_are_not_verified_again()
    {
        var chain = TestChain.Of(4);
        var known = new ShareCache();
        var scheme = (Ed25519QuorumScheme)chain.Genesis.CreateScheme(known);
        var shares = chain.Votes(TestChain.Statement(3));
        foreach (var share in shares)
            Assert.True(scheme.VerifyShare(Statement, share));

        var combined = Assert.IsType<CombineResult.Combined>(scheme.Combine(Statement, shares)).Signature;

        Assert.True(scheme.VerifyCombined(Statement, combined));
        Assert.Equal(3, scheme.Verifications);
        Assert.Equal(6, known.Hits);
    }

    [Fact]
    public void A_known_share_vouches_for_no_other_signer_statement_or_signature()
    {
        var chain = TestChain.Of(4);
        var scheme = chain.Genesis.CreateScheme(new ShareCache());
        var share = chain.Vote(1, TestChain.Statement(3)).Share;
        Assert.True(scheme.VerifyShare(Statement, share));

        Assert.False(scheme.VerifyShare(Statement, share with { Signer = new ReplicaId(2) }));
        Assert.False(scheme.VerifyShare(SignedBytes.Vote(chain.Id, TestChain.Statement(4)), share));
        Assert.False(scheme.VerifyShare(Statement, share with { Signature = share.Signature.Flip(100) }));
    }

    [Fact]
    public void The_good_shares_of_a_certificate_are_remembered_and_the_bad_ones_not()
    {
        var chain = TestChain.Of(4);
        var known = new ShareCache();
        var scheme = (Ed25519QuorumScheme)chain.Genesis.CreateScheme(known);
        for (var bad = 0; bad < 3; bad++)
            Assert.False(scheme.VerifyCombined(Statement, Certificate.Flip(8 * (1 + (64 * bad) + 7))));

        // Three at first; then the one that was bad and the one that is; then the one that is.
        Assert.Equal(3 + 2 + 1, scheme.Verifications);
        Assert.All(chain.Votes(TestChain.Statement(3)), share => Assert.True(known.Contains(known.KeyOf(Statement, share))));
        Assert.True(scheme.VerifyCombined(Statement, Certificate));
        Assert.Equal(3 + 2 + 1, scheme.Verifications);
    }

    [Fact]
    public void A_bad_share_is_not_remembered_as_good()
    {
        var known = new ShareCache();
        var bad = TestChain.Of(4).Vote(1, TestChain.Statement(4)).Share;

        Assert.False(TestChain.Of(4).Genesis.CreateScheme(known).VerifyShare(Statement, bad));

        Assert.False(known.Contains(known.KeyOf(Statement, bad)));
    }
}
