using System.Numerics;
using CsCheck;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Tests.Keys;
using HotStuff.Bls12381.Threshold;

namespace HotStuff.Bls12381.Tests.Threshold;

public sealed class ThresholdTests
{
    private static readonly HashedMessage Message = HashedMessage.Of("message"u8);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 3)]
    [InlineData(7, 5)]
    public void All_quorums_make_the_same_signature(int participants, int threshold)
    {
        using var deal = ThresholdDealer.Deal(threshold, participants);
        var keys = deal.Keys();
        var shares = Shares(deal, Message);
        var signatures = Subsets(participants, threshold).Select(subset => Combined(keys, Message, [.. subset.Select(i => shares[i])])).ToList();

        Assert.All(signatures, signature => Assert.Equal(signatures[0], signature));
        Assert.True(keys.Verify(Message, signatures[0]));
        Assert.True(keys.GroupKey.Verify(Message, signatures[0]));
        Assert.False(keys.Verify(HashedMessage.Of("other"u8), signatures[0]));
    }

    [Fact]
    public void One_share_fewer_makes_no_signature()
    {
        using var deal = ThresholdDealer.Deal(3, 4);
        var keys = deal.Keys();
        var shares = Shares(deal, Message);

        Assert.Throws<ArgumentException>(() => Combined(keys, Message, shares[..2]));

        // As if two were enough: the polynomial through two shares has another value at zero.
        var two = new ThresholdKeys(new FeldmanCommitments(deal.Commitments.Coefficients.Take(2)), 4);
        foreach (var subset in Subsets(4, 2))
        {
            var bad = new List<int>();
            Assert.False(two.TryCombine(Message, [.. subset.Select(i => shares[i])], new byte[48], bad));
        }
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(16, 11)]
    [InlineData(32, 22)]
    [InlineData(100, 67)]
    [InlineData(255, 171)]
    public void Quorums_of_large_groups_combine(int participants, int threshold)
    {
        using var deal = ThresholdDealer.Deal(threshold, participants);
        var keys = deal.Keys();
        var shares = Shares(deal, Message, 96);

        var first = Combined(keys, Message, shares[..threshold]);
        var last = Combined(keys, Message, [.. shares[^threshold..].Reverse()]);

        Assert.Equal(first, last);
        Assert.True(keys.Verify(Message, first));
    }

    [Theory]
    [InlineData(48)]
    [InlineData(96)]
    public void Both_forms_of_shares_and_results_are_the_same_signature(int size)
    {
        using var deal = ThresholdDealer.Deal(3, 4);
        var keys = deal.Keys();
        var signature = new byte[size];

        Assert.True(keys.TryCombine(Message, Shares(deal, Message, 144 - size), signature, []));
        Assert.True(keys.Verify(Message, signature));
    }

    [Fact]
    public void A_share_is_its_participants_only()
    {
        using var deal = ThresholdDealer.Deal(3, 4);
        var keys = deal.Keys();
        var share = Shares(deal, Message)[1];

        Assert.True(keys.VerifyShare(Message, share));
        Assert.False(keys.VerifyShare(HashedMessage.Of("other"u8), share));
        foreach (var participant in new[] { int.MinValue, -1, 0, 1, 3, 4, 5, int.MaxValue })
            Assert.False(keys.VerifyShare(Message, share with { Participant = participant }));
        Assert.False(keys.VerifyShare(Message, share with { Signature = default }));
    }

    [Fact]
    public void All_bad_shares_are_blamed_and_no_others()
    {
        using var deal = ThresholdDealer.Deal(6, 9);
        var good = Shares(deal, Message);
        var wrong = Shares(deal, HashedMessage.Of("other"u8));
        Gen.Int[1, (1 << 9) - 1].Select(Gen.Bool, Gen.Bool).Sample(
            (mask, garbage, negated) =>
            {
                var shares = good.Select((share, i) => (mask >> i & 1) == 0 ? share : Spoil(share, wrong[i], garbage, negated)).ToArray();
                var bad = new List<int>();
                var keys = new ThresholdKeys(deal.Commitments, 9);
                if (keys.TryCombine(Message, shares, new byte[48], bad))
                {
                    Assert.Equal(0, mask & 0b111111);
                    Assert.Empty(bad);
                }
                else
                {
                    Assert.Equal(Enumerable.Range(1, 9).Where(i => (mask >> (i - 1) & 1) == 1), bad);
                }
            },
            iter: 12);
    }

    [Fact]
    public void One_bad_share_among_many_is_found()
    {
        using var deal = ThresholdDealer.Deal(22, 32);
        var keys = deal.Keys();
        var shares = Shares(deal, Message);
        shares[17] = shares[17] with { Signature = shares[18].Signature };
        var bad = new List<int>();

        Assert.False(keys.TryCombine(Message, shares, new byte[48], bad));
        Assert.Equal([18], bad);
        Assert.True(keys.TryCombine(Message, [.. shares.Where(share => share.Participant != 18)], new byte[48], []));
    }

    [Fact]
    public void Bad_shares_that_cancel_each_other_are_found_when_the_sum_is_looked_into()
    {
        // Lagrange's coefficients of participants 1, 2, 3 are 3, -3, 1: adding d to both of the first two leaves the combination as it was, and nobody is harmed. Another
        // pair of shares brings them to light.
        using var deal = ThresholdDealer.Deal(3, 4);
        var keys = deal.Keys();
        var shares = Shares(deal, Message);
        using var delta = BlsSecretKey.Generate();
        for (var i = 0; i < 2; i++)
        {
            var sum = new byte[48];
            Assert.True(BlsSignature.TryAggregate([shares[i].Signature, delta.Signed(Message)], sum));
            shares[i] = shares[i] with { Signature = sum };
        }

        Assert.True(keys.TryCombine(Message, shares.AsSpan(0, 3), new byte[48], []));
        var bad = new List<int>();
        Assert.False(keys.TryCombine(Message, shares.AsSpan(1), new byte[48], bad));
        Assert.Equal([2], bad);
        Assert.False(keys.VerifyShare(Message, shares[0]));
    }

    [Fact]
    public void A_share_moved_by_a_point_of_small_order_is_blamed()
    {
        // Its pairing is that of the good share: the subgroup tells.
        using var deal = ThresholdDealer.Deal(3, 4);
        var keys = deal.Keys();
        var shares = Shares(deal, Message);
        shares[1] = shares[1] with { Signature = Strangers.Move(shares[1].Signature) };
        var bad = new List<int>();

        Assert.False(keys.VerifyShare(Message, shares[1]));
        Assert.False(keys.TryCombine(Message, shares, new byte[48], bad));
        Assert.Equal([2], bad);
    }

    [Fact]
    public void Whoever_was_blamed_is_verified_first()
    {
        using var deal = ThresholdDealer.Deal(3, 4);
        var keys = deal.Keys();
        var shares = Shares(deal, Message);
        var spoiled = shares.ToArray();
        spoiled[3] = shares[3] with { Signature = shares[0].Signature };
        var bad = new List<int>();
        Assert.True(keys.TryCombine(Message, spoiled, new byte[48], bad));
        Assert.Empty(bad);

        // Once its share was combined and blamed, it is verified even where it would not have been combined.
        Assert.False(keys.TryCombine(Message, spoiled.AsSpan(1), new byte[48], bad));
        Assert.Equal([4], bad);
        bad.Clear();
        Assert.False(keys.TryCombine(Message, spoiled, new byte[48], bad));
        Assert.Equal([4], bad);
        bad.Clear();
        Assert.True(keys.TryCombine(Message, shares, new byte[48], bad));
    }

    [Fact]
    public void Doubles_and_strangers_are_a_callers_mistake()
    {
        using var deal = ThresholdDealer.Deal(3, 4);
        var keys = deal.Keys();
        var shares = Shares(deal, Message);

        Assert.Throws<ArgumentException>(() => Combined(keys, Message, [shares[0], shares[1], shares[1]]));
        foreach (var participant in new[] { -1, 0, 5, 256, int.MaxValue })
            Assert.Throws<ArgumentException>(() => Combined(keys, Message, [shares[0], shares[1], shares[2] with { Participant = participant }]));
    }

    [Fact]
    public void Share_keys_follow_from_the_commitments_and_others_are_refused()
    {
        using var deal = ThresholdDealer.Deal(3, 5);
        var published = deal.Shares.Select(share => share.ToPublicKey()).ToArray();
        var keys = new ThresholdKeys(deal.Commitments, published);
        Assert.Equal(published, Enumerable.Range(1, 5).Select(deal.Keys().ShareKey));
        Assert.Equal(deal.Commitments.GroupKey, keys.GroupKey);
        for (var i = 1; i <= 5; i++)
        {
            Assert.True(deal.Commitments.Verify(i, published[i - 1]));
            Assert.True(deal.Commitments.Verify(i, deal.Shares[i - 1]));
            Assert.False(deal.Commitments.Verify(i, deal.Shares[i % 5]));
        }

        using var other = BlsSecretKey.Generate();
        Assert.Throws<ArgumentException>(() => new ThresholdKeys(deal.Commitments, [.. published[..4], other.ToPublicKey()]));
        Assert.Throws<ArgumentException>(() => new ThresholdKeys(deal.Commitments, [.. published.Reverse()]));
        Assert.Throws<ArgumentException>(() => new ThresholdKeys(deal.Commitments, published[..2]));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(5, 4)]
    [InlineData(3, 256)]
    [InlineData(-1, -1)]
    public void A_dealer_refuses_what_makes_no_group(int threshold, int participants) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ThresholdDealer.Deal(threshold, participants));

    [Fact]
    public void A_polynomial_with_a_share_of_zero_is_not_dealt()
    {
        using var polynomial = new SecretPolynomial([Fr.FromInt64(-2), Fr.One], 3);
        var bytes = new byte[polynomial.Size];
        polynomial.Write(bytes);

        Assert.False(polynomial.GivesKeys);
        Assert.Null(SecretPolynomial.TryRead(bytes, 2, 3));
    }

    [Fact]
    public void A_polynomial_reads_back_as_it_was_written_and_nothing_else_does()
    {
        using var polynomial = SecretPolynomial.Draw(3, 4);
        var bytes = new byte[polynomial.Size];
        polynomial.Write(bytes);

        using var read = SecretPolynomial.TryRead(bytes, 3, 4)!;

        Assert.Equal(polynomial.Commit().Coefficients, read.Commit().Coefficients);
        Assert.Equal(polynomial.Share(4).ToPublicKey(), read.Share(4).ToPublicKey());
        Assert.Equal(polynomial.Commit().GroupKey, read.Secret().ToPublicKey());
        Assert.Null(SecretPolynomial.TryRead(bytes, 2, 4));
        Assert.Null(SecretPolynomial.TryRead(Enumerable.Repeat((byte)0xff, 96).ToArray(), 3, 4));
    }

    [Fact]
    public void Sums_of_shares_are_shares_of_the_sum_of_polynomials()
    {
        using var first = SecretPolynomial.Draw(3, 4);
        using var second = SecretPolynomial.Draw(3, 4);
        using var third = SecretPolynomial.Draw(3, 4);
        SecretPolynomial[] all = [first, second, third];

        var sum = FeldmanCommitments.TrySum([.. all.Select(polynomial => polynomial.Commit())])!;

        for (var i = 1; i <= 4; i++)
        {
            using var share = BlsSecretKey.TrySum(all.Select(polynomial => polynomial.Share(i)))!;
            Assert.True(sum.Verify(i, share));
        }

        Assert.Equal(BlsPublicKey.Aggregate(all.Select(polynomial => polynomial.Secret().ToPublicKey())), sum.GroupKey);
        using var other = SecretPolynomial.Draw(2, 4);
        Assert.Throws<ArgumentException>(() => FeldmanCommitments.TrySum([first.Commit(), other.Commit()]));
        Assert.Throws<ArgumentException>(() => FeldmanCommitments.TrySum([]));
    }

    [Fact]
    public void Polynomials_that_cancel_each_other_have_no_sum()
    {
        using var polynomial = new SecretPolynomial([Fr.FromInt64(5), Fr.FromInt64(7)], 3);
        using var opposite = new SecretPolynomial([Fr.FromInt64(-5), Fr.FromInt64(7)], 3);

        Assert.Null(FeldmanCommitments.TrySum([polynomial.Commit(), opposite.Commit()]));
        Assert.Null(BlsSecretKey.TrySum([polynomial.Secret(), opposite.Secret()]));
    }

    [Fact]
    public void Shares_come_from_the_randomness_given_and_are_cleared_in_the_end()
    {
        using var random = new CountingRandom();
        var first = ThresholdDealer.Deal(3, 4, random);
        random.Restart();
        using var second = ThresholdDealer.Deal(3, 4, random);

        Assert.Equal(first.Commitments.Coefficients, second.Commitments.Coefficients);
        first.Dispose();
        Assert.All(first.Shares, share => Assert.True(share.IsCleared));
    }

    [Fact]
    public void Many_certificates_verify_at_once_and_one_bad_one_spoils_them()
    {
        using var deal = ThresholdDealer.Deal(3, 4);
        var keys = deal.Keys();
        var signed = Enumerable.Range(0, 6).Select(i =>
        {
            var message = HashedMessage.Of([(byte)i]);
            return new SignedMessage(message, Combined(keys, message, Shares(deal, message)));
        }).ToArray();

        for (var count = 0; count <= signed.Length; count++)
            Assert.True(keys.VerifyAll(signed.AsSpan(0, count)));

        // Exchanged signatures have the right sum, and only the weights tell.
        (signed[1], signed[4]) = (signed[1] with { Signature = signed[4].Signature }, signed[4] with { Signature = signed[1].Signature });
        Assert.False(keys.VerifyAll(signed));
        Assert.True(keys.VerifyAll(signed.AsSpan(2, 2)));
        Assert.False(keys.VerifyAll([signed[0] with { Signature = Strangers.Move(signed[0].Signature) }, signed[2]]));
        signed[0] = signed[0] with { Signature = new byte[48] };
        Assert.False(keys.VerifyAll(signed.AsSpan(0, 1)));
        Assert.False(keys.VerifyAll(signed.AsSpan(0, 2)));
    }

    [Fact]
    public void Coefficients_are_Lagranges_and_small() => Gen.Int[1, 12].Array[1, 12].Where(ids => ids.Distinct().Count() == ids.Length).Sample(
        ids =>
        {
            var (numerators, denominator) = LagrangeCoefficients.Fractions(ids);
            for (var i = 0; i < ids.Length; i++)
            {
                var (top, bottom) = (BigInteger.One, BigInteger.One);
                foreach (var other in ids.Where(id => id != ids[i]))
                    (top, bottom) = (top * other, bottom * (other - ids[i]));
                Assert.Equal(top * denominator, numerators[i] * bottom);
            }

            Assert.True(denominator > 0);
            Assert.Equal(BigInteger.One, numerators.Aggregate(denominator, BigInteger.GreatestCommonDivisor));
            Assert.Equal(denominator, numerators.Aggregate((a, b) => a + b));
        });

    private static ThresholdShare Spoil(ThresholdShare share, ThresholdShare wrong, bool garbage, bool negated)
    {
        if (!negated)
            return garbage ? share with { Signature = new byte[48] } : wrong;
        var bytes = share.Signature.ToArray();
        bytes[0] ^= 0x20;
        return share with { Signature = bytes };
    }

    private static ThresholdShare[] Shares(ThresholdDeal deal, HashedMessage message, int size = 48) =>
        [.. deal.Shares.Select((key, i) => new ThresholdShare(i + 1, key.Signed(message, size)))];

    private static byte[] Combined(ThresholdKeys keys, HashedMessage message, ThresholdShare[] shares)
    {
        var signature = new byte[48];
        var bad = new List<int>();
        Assert.True(keys.TryCombine(message, shares, signature, bad));
        Assert.Empty(bad);
        return signature;
    }

    private static IEnumerable<int[]> Subsets(int of, int size) =>
        Enumerable.Range(0, 1 << of).Where(mask => BitOperations.PopCount((uint)mask) == size)
            .Select(mask => Enumerable.Range(0, of).Where(i => (mask >> i & 1) == 1).ToArray());
}
