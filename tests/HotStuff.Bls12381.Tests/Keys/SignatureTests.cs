using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Tests.Curves;
using HotStuff.Bls12381.Tests.Fields;
using HotStuff.Bls12381.Tests.Vectors;

namespace HotStuff.Bls12381.Tests.Keys;

public sealed class SignatureTests
{
    [Fact]
    public void Hashes_keys_and_signatures_are_those_of_another_implementation()
    {
        var vectors = VectorFile.Read("noble.json").GetProperty("signatures");
        foreach (var vector in vectors.EnumerateArray())
        {
            using var secret = BlsSecretKey.TryRead(vector.GetProperty("secret").Bytes())!;
            var message = HashedMessage.Of(vector.GetProperty("message").Bytes());
            var key = secret.ToPublicKey();
            Assert.Equal(vector.GetProperty("hash").Bytes(), Encodings.Compressed(message.Point));
            Assert.Equal(vector.GetProperty("publicKey").Bytes(), Written(key));
            Assert.Equal(vector.GetProperty("signature").Bytes(), secret.Signed(message));
            Assert.Equal(vector.GetProperty("uncompressed").Bytes(), secret.Signed(message, 96));
            Assert.True(key.Verify(message, vector.GetProperty("signature").Bytes()));
            Assert.True(key.Verify(message, vector.GetProperty("uncompressed").Bytes()));
        }

        Assert.Equal(8, vectors.GetArrayLength());
    }

    [Fact]
    public void A_signature_of_the_drand_network_verifies()
    {
        // Network quicknet, round 1000: a threshold network in production with the same suite.
        var key = BlsPublicKey.TryRead(Convert.FromHexString(
            "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
            + "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"))!;
        var signature = Convert.FromHexString("b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39");
        var round = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(round, 1000);
        Assert.True(key.Verify(HashedMessage.Of(SHA256.HashData(round)), signature));

        BinaryPrimitives.WriteInt64BigEndian(round, 1001);
        Assert.False(key.Verify(HashedMessage.Of(SHA256.HashData(round)), signature));
    }

    [Fact]
    public void A_signature_verifies_for_its_key_and_message_only()
    {
        using var secret = BlsSecretKey.Generate();
        using var other = BlsSecretKey.Generate();
        var message = HashedMessage.Of("message"u8);
        var signature = secret.Signed(message);

        Assert.True(secret.ToPublicKey().Verify(message, signature));
        Assert.False(other.ToPublicKey().Verify(message, signature));
        Assert.False(secret.ToPublicKey().Verify(HashedMessage.Of("messag"u8), signature));
        Assert.False(secret.ToPublicKey().Verify(HashedMessage.Of("message"u8, "another tag"u8), signature));
        Assert.False(secret.ToPublicKey().Verify(message, other.Signed(message)));
        foreach (var bytes in new byte[][] { [], new byte[48], new byte[96], [0xc0, .. new byte[47]], signature[..47] })
            Assert.False(secret.ToPublicKey().Verify(message, bytes));
        signature[0] ^= 0x20;
        Assert.False(secret.ToPublicKey().Verify(message, signature));
    }

    [Fact]
    public void A_signature_moved_by_a_point_of_small_order_is_refused()
    {
        // The pairing does not see it: only the subgroup check does.
        using var secret = BlsSecretKey.Generate();
        var message = HashedMessage.Of("message"u8);
        Assert.True(BlsSignature.TryRead(secret.Signed(message), out var signature));
        var moved = Strangers.Move(Point<Fp>.From(signature));

        Assert.True(secret.ToPublicKey().Verify(message, moved));
        Assert.False(secret.ToPublicKey().Verify(message, Encodings.Compressed(moved)));
        Assert.False(secret.ToPublicKey().Verify(message, Encodings.Uncompressed(moved)));
    }

    [Fact]
    public void A_message_that_was_never_hashed_verifies_with_nothing()
    {
        using var secret = BlsSecretKey.Generate();
        var key = secret.ToPublicKey();
        var signature = secret.Signed(HashedMessage.Of("message"u8));

        Assert.Throws<ArgumentException>(() => key.Verify(default, signature));
        Assert.Throws<ArgumentException>(() => secret.Signed(default));
    }

    [Fact]
    public void Secret_keys_are_numbers_from_1_to_the_order()
    {
        Assert.Null(BlsSecretKey.TryRead(new byte[32]));
        Assert.Null(BlsSecretKey.TryRead(Numbers.Bytes(Numbers.R, 32)));
        Assert.Null(BlsSecretKey.TryRead(Numbers.Bytes(Numbers.R + 1, 32)));
        Assert.Null(BlsSecretKey.TryRead(Enumerable.Repeat((byte)0xff, 32).ToArray()));
        Assert.Null(BlsSecretKey.TryRead(new byte[31]));
        Assert.Null(BlsSecretKey.TryRead([.. new byte[32], 1]));
        foreach (var number in new[] { BigInteger.One, Numbers.R - 1 })
        {
            using var key = BlsSecretKey.TryRead(Numbers.Bytes(number, 32));
            var written = new byte[32];
            key!.Write(written);
            Assert.Equal(Numbers.Bytes(number, 32), written);
        }
    }

    [Fact]
    public void A_disposed_key_is_cleared_and_of_no_use()
    {
        var key = BlsSecretKey.Generate();
        var message = HashedMessage.Of("message"u8);
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.Signed(message));
        Assert.Throws<ObjectDisposedException>(() => key.Write(new byte[32]));
        Assert.True(key.IsCleared);
    }

    [Fact]
    public void Keys_come_from_the_randomness_given()
    {
        using var random = new CountingRandom();
        using var first = BlsSecretKey.Generate(random);
        random.Restart();
        using var second = BlsSecretKey.Generate(random);
        using var third = BlsSecretKey.Generate(random);

        Assert.Equal(first.ToPublicKey(), second.ToPublicKey());
        Assert.NotEqual(first.ToPublicKey(), third.ToPublicKey());
    }

    [Fact]
    public void Public_keys_are_written_as_they_were_read()
    {
        using var secret = BlsSecretKey.Generate();
        var key = secret.ToPublicKey();
        var again = BlsPublicKey.TryRead(Written(key))!;

        Assert.Equal(key, again);
        Assert.Equal(key.GetHashCode(), again.GetHashCode());
        Assert.Equal(Written(key), Written(again));
        using var other = BlsSecretKey.Generate();
        Assert.NotEqual(key, other.ToPublicKey());
    }

    [Fact]
    public void Possession_is_proven_for_ones_own_key_and_not_by_a_signature()
    {
        using var secret = BlsSecretKey.Generate();
        using var other = BlsSecretKey.Generate();
        var proof = new byte[48];
        secret.ProvePossession(proof);
        var key = secret.ToPublicKey();

        Assert.True(key.VerifyPossession(proof));
        Assert.False(other.ToPublicKey().VerifyPossession(proof));
        Assert.False(key.VerifyPossession(secret.Signed(HashedMessage.Of(Written(key)))));
        Assert.False(key.Verify(HashedMessage.Of(Written(key)), proof));
    }

    [Theory]
    [InlineData(48)]
    [InlineData(96)]
    public void An_aggregate_verifies_with_the_sum_of_all_keys_and_of_no_fewer(int size)
    {
        var message = HashedMessage.Of("message"u8);
        var secrets = Enumerable.Range(0, 5).Select(_ => BlsSecretKey.Generate()).ToList();
        var keys = secrets.ConvertAll(secret => secret.ToPublicKey());
        var aggregate = new byte[size];

        Assert.True(BlsSignature.TryAggregate(secrets.Select(secret => (ReadOnlyMemory<byte>)secret.Signed(message)), aggregate));
        Assert.True(BlsPublicKey.Aggregate(keys).Verify(message, aggregate));
        Assert.False(BlsPublicKey.Aggregate(keys.Skip(1)).Verify(message, aggregate));
        Assert.False(BlsSignature.TryAggregate([new byte[48]], aggregate));
        Assert.False(BlsSignature.TryAggregate([], aggregate));
        Assert.Throws<ArgumentException>(() => BlsPublicKey.Aggregate([]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(47)]
    [InlineData(95)]
    public void A_signature_is_written_in_48_or_96_bytes(int size)
    {
        using var secret = BlsSecretKey.Generate();
        var message = HashedMessage.Of("message"u8);

        Assert.Throws<ArgumentException>(() => secret.Signed(message, size));
    }

    private static byte[] Written(BlsPublicKey key)
    {
        var bytes = new byte[BlsPublicKey.Size];
        key.Write(bytes);
        return bytes;
    }
}
