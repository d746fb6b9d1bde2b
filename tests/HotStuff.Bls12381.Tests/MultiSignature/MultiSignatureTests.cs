using HotStuff.Bls12381.Tests.Keys;
using HotStuff.Bls12381.Tests.Vectors;

namespace HotStuff.Bls12381.Tests.MultiSignature;

public sealed class MultiSignatureTests : IDisposable
{
    private static readonly HashedMessage Message = HashedMessage.OfAggregate("message"u8);

    private readonly BlsSecretKey[] _secrets = Secrets(4);
    private readonly MultiSignatureKeys _keys;

    public MultiSignatureTests() => _keys = KeysOf(_secrets, 3);

    public void Dispose() => Array.ForEach(_secrets, secret => secret.Dispose());

    [Theory]
    [InlineData(new[] { 1, 2, 3 })]
    [InlineData(new[] { 1, 2, 4 })]
    [InlineData(new[] { 1, 3, 4 })]
    [InlineData(new[] { 2, 3, 4 })]
    public void A_quorums_sum_verifies_for_these_signers_and_no_others(int[] signers)
    {
        var shares = Shares(_secrets);
        var signature = Combined(_keys, [.. signers.Reverse().Select(signer => shares[signer - 1])]);

        Assert.True(_keys.Verify(Message, signers, signature));
        Assert.False(_keys.Verify(HashedMessage.OfAggregate("other"u8), signers, signature));
        Assert.False(_keys.Verify(HashedMessage.Of("message"u8), signers, signature));
        foreach (var others in new int[][] { [1, 2, 3], [1, 2, 4], [1, 3, 4], [2, 3, 4] })
            Assert.Equal(others.SequenceEqual(signers), _keys.Verify(Message, others, signature));

        // The same in two steps that know nothing of groups.
        var sum = new byte[48];
        Assert.True(BlsSignature.TryAggregate(signers.Select(signer => shares[signer - 1].Signature), sum));
        Assert.Equal(sum, signature);
        Assert.True(BlsPublicKey.Aggregate(signers.Select(_keys.ShareKey)).Verify(Message, signature));
    }

    [Fact]
    public void One_signer_fewer_is_no_quorum()
    {
        var shares = Shares(_secrets);
        var two = Combined(KeysOf(_secrets, 2), shares[..2]);

        Assert.True(KeysOf(_secrets, 2).Verify(Message, [1, 2], two));
        Assert.False(_keys.Verify(Message, [1, 2], two));
        Assert.False(_keys.Verify(Message, [1, 2, 3], two));
        Assert.Throws<ArgumentException>(() => Combined(_keys, shares[..2]));
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 1, 2, 3, 4 })]
    [InlineData(new[] { 2, 1, 3 })]
    [InlineData(new[] { 1, 1, 2, 3 })]
    [InlineData(new[] { 1, 2, 2 })]
    [InlineData(new[] { 0, 1, 2 })]
    [InlineData(new[] { 1, 2, 5 })]
    [InlineData(new[] { int.MinValue, 1, int.MaxValue })]
    public void What_is_no_set_of_a_threshold_of_participants_verifies_nothing(int[] signers) =>
        Assert.False(_keys.Verify(Message, signers, Combined(_keys, Shares(_secrets)[..3])));

    [Fact]
    public void Signatures_and_proofs_of_possession_are_those_of_another_implementation()
    {
        var vector = VectorFile.Read("noble.json").GetProperty("multiSignature");
        var message = HashedMessage.OfAggregate(vector.GetProperty("message").Bytes());
        var secrets = vector.GetProperty("signers").EnumerateArray().Select(signer => BlsSecretKey.TryRead(signer.GetProperty("secret").Bytes())!).ToArray();
        var proofs = vector.GetProperty("signers").EnumerateArray().Select(signer => signer.GetProperty("proof").Bytes()).ToArray();
        var signature = vector.GetProperty("aggregate").Bytes();
        var keys = KeysOf(secrets, 3);

        Assert.Equal(signature, Combined(keys, [.. secrets.Select((secret, i) => new ThresholdShare(i + 1, secret.Signed(message)))], message));
        Assert.True(keys.Verify(message, [1, 2, 3], signature));
        Assert.Equal(BlsPublicKey.TryRead(vector.GetProperty("aggregateKey").Bytes()), BlsPublicKey.Aggregate(secrets.Select(secret => secret.ToPublicKey())));
        for (var i = 0; i < secrets.Length; i++)
        {
            var proof = new byte[48];
            secrets[i].ProvePossession(proof);
            Assert.Equal(proofs[i], proof);
            Assert.True(keys.ShareKey(i + 1).VerifyPossession(proofs[i]));
        }
    }

    [Fact]
    public void Who_may_choose_a_key_freely_signs_for_all_and_cannot_prove_its_possession()
    {
        // The rogue key: a known key less the others' keys. Its owner knows the secret of the sum, not of the key.
        using var known = BlsSecretKey.Generate();
        var rogue = BlsPublicKey.Aggregate([known.ToPublicKey(), .. _secrets[..2].Select(secret => Negative(secret.ToPublicKey()))]);
        var attacked = new MultiSignatureKeys([.. _secrets[..2].Select(secret => secret.ToPublicKey()), rogue], 3);
        Assert.True(attacked.Verify(Message, [1, 2, 3], known.Signed(Message)));

        // What it can make: signatures with the secret that it knows, over whatever it likes, and sums with what others showed.
        Span<byte> encoded = stackalloc byte[BlsPublicKey.Size];
        rogue.Write(encoded);
        var overRogue = HashedMessage.Of(encoded, "BLS_POP_BLS12381G1_XMD:SHA-256_SSWU_RO_POP_"u8);
        var others = _secrets[..2].Select(Proof).ToArray();
        var sum = new byte[48];
        Assert.True(BlsSignature.TryAggregate([known.Signed(overRogue), .. others.Select(Negative).Select(proof => (ReadOnlyMemory<byte>)proof)], sum));
        foreach (var proof in new[] { Proof(known), known.Signed(overRogue), others[0], sum })
            Assert.False(rogue.VerifyPossession(proof));
    }

    [Fact]
    public void One_bad_share_among_many_is_found_and_its_participant_remembered()
    {
        var secrets = Secrets(32);
        var keys = KeysOf(secrets, 22);
        var shares = Shares(secrets);
        var spoiled = shares.ToArray();
        spoiled[17] = shares[17] with { Signature = shares[18].Signature };
        var bad = new List<int>();

        Assert.False(keys.TryCombine(Message, spoiled, new byte[48], bad));
        Assert.Equal([18], bad);
        Assert.True(keys.IsSuspect(18));
        Assert.False(keys.IsSuspect(19));
        Combined(keys, [.. spoiled.Where(share => share.Participant != 18)]);
        Combined(keys, shares);
    }

    [Fact]
    public void Points_of_small_order_are_refused_in_sums_and_blamed_in_shares()
    {
        // The pairing does not see them: only the subgroup check does.
        var shares = Shares(_secrets);
        Assert.False(_keys.Verify(Message, [1, 2, 3], Strangers.Move(Combined(_keys, shares[..3]))));

        shares[1] = shares[1] with { Signature = Strangers.Move(shares[1].Signature) };
        var bad = new List<int>();
        Assert.False(_keys.TryCombine(Message, shares, new byte[48], bad));
        Assert.Equal([2], bad);
    }

    [Fact]
    public void Keys_that_cancel_each_other_verify_nothing()
    {
        var key = _secrets[0].ToPublicKey();
        var keys = new MultiSignatureKeys([key, Negative(key), _keys.ShareKey(2)], 2);
        var signature = _secrets[1].Signed(Message);

        Assert.False(keys.Verify(Message, [1, 2], signature));
        Assert.False(keys.Verify(Message, [1, 2], [0xc0, .. new byte[47]]));
        Assert.False(keys.Verify(Message, [1, 3], signature));
    }

    [Fact]
    public void The_largest_group_combines_and_one_beyond_it_is_refused()
    {
        var secrets = Secrets(256);
        var keys = KeysOf(secrets, 171);
        var shares = Shares(secrets);

        Assert.True(keys.Verify(Message, [.. Enumerable.Range(1, 171)], Combined(keys, shares)));
        Assert.True(keys.Verify(Message, [.. Enumerable.Range(86, 171)], Combined(keys, shares[85..])));
        Assert.Throws<ArgumentException>(() => KeysOf([.. secrets, secrets[0]], 171));
        Assert.Throws<ArgumentException>(() => KeysOf(secrets[..2], 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => KeysOf(secrets, 0));
    }

    [Fact]
    public void More_sets_of_signers_than_are_kept_verify_all_the_same()
    {
        var secrets = Secrets(12);
        var keys = KeysOf(secrets, 6);
        var shares = Shares(secrets);
        var sets = Enumerable.Range(0, 1 << 12).Where(mask => int.PopCount(mask) == 6).Take(300).ToArray();
        foreach (var mask in sets)
            Assert.False(keys.Verify(Message, SignersOf(mask), default));

        foreach (var mask in new[] { sets[0], sets[^1] })
            Assert.True(keys.Verify(Message, SignersOf(mask), Combined(keys, [.. SignersOf(mask).Select(signer => shares[signer - 1])])));

        static int[] SignersOf(int mask) => [.. Enumerable.Range(1, 12).Where(i => (mask >> (i - 1) & 1) == 1)];
    }

    private static BlsSecretKey[] Secrets(int count) => [.. Enumerable.Range(0, count).Select(_ => BlsSecretKey.Generate())];

    private static MultiSignatureKeys KeysOf(BlsSecretKey[] secrets, int threshold) => new(secrets.Select(secret => secret.ToPublicKey()), threshold);

    private static ThresholdShare[] Shares(BlsSecretKey[] secrets) => [.. secrets.Select((secret, i) => new ThresholdShare(i + 1, secret.Signed(Message, 96)))];

    private static byte[] Combined(MultiSignatureKeys keys, ThresholdShare[] shares) => Combined(keys, shares, Message);

    private static byte[] Combined(MultiSignatureKeys keys, ThresholdShare[] shares, HashedMessage message)
    {
        var signature = new byte[48];
        var bad = new List<int>();
        Assert.True(keys.TryCombine(message, shares, signature, bad));
        Assert.Empty(bad);
        return signature;
    }

    private static byte[] Proof(BlsSecretKey secret)
    {
        var proof = new byte[48];
        secret.ProvePossession(proof);
        return proof;
    }

    private static BlsPublicKey Negative(BlsPublicKey key)
    {
        var bytes = new byte[BlsPublicKey.Size];
        key.Write(bytes);
        return BlsPublicKey.TryRead(Negative(bytes))!;
    }

    /// <summary>The other y.</summary>
    private static byte[] Negative(byte[] compressed) => [(byte)(compressed[0] ^ 0x20), .. compressed[1..]];
}
