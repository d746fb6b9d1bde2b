using System.Numerics;
using System.Security.Cryptography;
using CsCheck;
using NSec.Cryptography;
using static HotStuff.Crypto.Tests.Curve25519.Numbers;

namespace HotStuff.Crypto.Tests.Curve25519;

/// <summary>What is accepted is what libsodium accepts, by either kind of sum.</summary>
public sealed class Ed25519VerifierTests
{
    private static readonly EdwardsPoint[] Small = Torsion();

    private static readonly byte[] Message = "a block"u8.ToArray();

    // RFC 8032, 7.1: public key, message, signature.
    public static TheoryData<string, string, string> Rfc8032 => new()
    {
        {
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        },
        {
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        },
        {
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        },
        {
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        },
    };

    [Theory]
    [MemberData(nameof(Rfc8032))]
    public void The_examples_of_the_standard_verify(string key, string message, string signature)
    {
        Assert.True(Agreed(Convert.FromHexString(key), Convert.FromHexString(message), Convert.FromHexString(signature)));
        Assert.False(Agreed(Convert.FromHexString(key), [.. Convert.FromHexString(message), 0], Convert.FromHexString(signature)));
    }

    [Fact]
    public void What_libsodium_signs_verifies() => Gen.Select(Gen.Byte.Array[32], Gen.Byte.Array[0, 1500]).Sample(
        (secret, message) =>
        {
            using var key = Import(secret);
            Assert.True(Agreed(PublicKeyOf(key), message, SignatureAlgorithm.Ed25519.Sign(key, message)));
        },
        iter: 100);

    [Fact]
    public void A_flipped_bit_anywhere_is_judged_as_libsodium_judges_it()
    {
        using var key = Import(new byte[32]);
        byte[] whole = [.. SignatureAlgorithm.Ed25519.Sign(key, Message), .. Message, .. PublicKeyOf(key)];
        var keyStart = 64 + Message.Length;
        Gen.Int[0, (8 * whole.Length) - 1].Sample(
            bit =>
            {
                var changed = whole.ToArray();
                changed[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(Agreed(changed[keyStart..], changed[64..keyStart], changed[..64]));
            },
            iter: 300);
    }

    [Fact]
    public void Random_bytes_of_any_length_are_no_signature() => Gen.Byte.Array[0, 100].Sample(
        signature =>
        {
            using var key = Import(new byte[32]);
            Assert.False(Agreed(PublicKeyOf(key), Message, signature));
        },
        iter: 100);

    [Fact]
    public void S_and_multiples_of_L_more_is_refused()
    {
        using var key = Import(new byte[32]);
        var signature = SignatureAlgorithm.Ed25519.Sign(key, Message);
        for (var s = OfBytes(signature.AsSpan(32)); s < BigInteger.Pow(2, 256); s += L)
            Assert.Equal(s < L, Agreed(PublicKeyOf(key), Message, [.. signature[..32], .. Bytes(s)]));
    }

    [Fact]
    public void Parts_of_small_order_verify_only_when_they_cancel_out()
    {
        var verified = 0;
        for (var inKey = 0; inKey < 8; inKey++)
        {
            for (var inCommitment = 0; inCommitment < 8; inCommitment++)
            {
                var (key, signature) = Sign(a: 1234567, Small[inKey], r: 7654321, Small[inCommitment]);
                var hash = OfBytes(SHA512.HashData([.. signature[..32], .. key, .. Message])) % L;
                var isExact = (inCommitment + (inKey * hash)) % 8 == 0;
                Assert.Equal(isExact, Agreed(key, Message, signature));
                verified += isExact && inKey > 0 ? 1 : 0;
            }
        }

        Assert.NotEqual(0, verified);
    }

    [Fact]
    public void A_key_of_small_order_is_refused_with_signatures_that_fulfil_the_equation()
    {
        foreach (var inKey in Small)
            Assert.False(Agreed(Encode(inKey), Message, Exact(a: 0, inKey, r: 7654321)));
    }

    [Fact]
    public void A_commitment_of_small_order_is_refused_with_signatures_that_fulfil_the_equation()
    {
        // R is the neutral point; and, under a key with a part of small order, others.
        for (var inKey = 0; inKey < 8; inKey++)
        {
            foreach (var inCommitment in Small)
            {
                var (key, signature) = Sign(a: 1234567, Small[inKey], r: 0, inCommitment);
                Assert.False(Agreed(key, Message, signature));
            }
        }
    }

    [Fact]
    public void Another_way_to_write_a_commitment_of_small_order_is_refused()
    {
        foreach (var encoding in UnusualEncodings())
        {
            var (key, signature) = Sign(a: 1234567, Small[0], encoding);
            Assert.False(Agreed(key, Message, signature));
        }
    }

    [Fact]
    public void Another_way_to_write_a_key_is_refused()
    {
        foreach (var encoding in UnusualEncodings())
        {
            Assert.False(Agreed(encoding, Message, [.. Encode(Multiply(9, EdwardsPoint.Base)), .. Bytes(9)]));
            Assert.False(Ed25519Verifier.TryReadKey(encoding, out _));
        }
    }

    [Fact]
    public void Points_with_y_from_p_upwards_are_no_keys()
    {
        // Some of them are points of large order, for which nobody can sign.
        var points = 0;
        for (var y = P; y < BigInteger.Pow(2, 255); y++)
        {
            Assert.False(Ed25519Verifier.TryReadKey(Bytes(y), out _));
            points += Ed25519Verifier.TryReadKey(Bytes(y - P), out _) ? 1 : 0;
        }

        Assert.NotEqual(0, points);
    }

    [Fact]
    public void A_point_is_read_with_its_sign_and_written_again() => Gen.Select(Any, Gen.Bool).Sample(
        (number, isOdd) =>
        {
            var encoding = Bytes((number % P) + (isOdd ? BigInteger.Pow(2, 255) : 0));
            if (EdwardsPoint.TryRead(encoding, out var point) && !Number(point.X).IsZero)
                Assert.Equal(encoding, Encode(point));
        },
        iter: 200);

    [Fact]
    public void Exactly_the_eight_points_of_small_order_are_found_to_be_so()
    {
        Assert.Equal(8, Small.Select(point => Convert.ToHexString(Encode(point))).Distinct().Count());
        Assert.All(Small, point => Assert.True(EdwardsPoint.HasSmallOrder(point)));
        Assert.All(Small, point => Assert.False(EdwardsPoint.HasSmallOrder(Add(point, EdwardsPoint.Base))));
        Assert.All(Small, point => Assert.True(EdwardsPoint.HasSmallOrder(Add(Add(point, EdwardsPoint.Base), Multiply(L - 1, EdwardsPoint.Base)))));
    }

    // y = 0 and y = 1 written with p more, and x = 0 with a sign.
    private static IEnumerable<byte[]> UnusualEncodings() =>
        from y in new[] { 0, 1, P - 1, P, P + 1 }
        from sign in new[] { BigInteger.Zero, BigInteger.Pow(2, 255) }
        select Bytes(y + sign);

    private static (byte[] Key, byte[] Signature) Sign(BigInteger a, EdwardsPoint inKey, BigInteger r, EdwardsPoint inCommitment)
    {
        var key = Encode(Add(Multiply(a, EdwardsPoint.Base), inKey));
        var commitment = Encode(Add(Multiply(r, EdwardsPoint.Base), inCommitment));
        return (key, Complete(a, key, r, commitment));
    }

    private static (byte[] Key, byte[] Signature) Sign(BigInteger a, EdwardsPoint inKey, byte[] commitment)
    {
        var key = Encode(Add(Multiply(a, EdwardsPoint.Base), inKey));
        return (key, Complete(a, key, 0, commitment));
    }

    /// <summary>A signature with s B - h A exactly R, of the first r from the given one on with which that is so.</summary>
    private static byte[] Exact(BigInteger a, EdwardsPoint inKey, BigInteger r)
    {
        var key = Encode(Add(Multiply(a, EdwardsPoint.Base), inKey));
        for (; ; r++)
        {
            var signature = Complete(a, key, r, Encode(Multiply(r, EdwardsPoint.Base)));
            var hash = OfBytes(SHA512.HashData([.. signature[..32], .. key, .. Message])) % L;
            if (Encode(Multiply(hash, inKey)).SequenceEqual(Encode(EdwardsPoint.Neutral)))
                return signature;
        }
    }

    private static byte[] Complete(BigInteger a, byte[] key, BigInteger r, byte[] commitment)
    {
        var hash = OfBytes(SHA512.HashData([.. commitment, .. key, .. Message]));
        return [.. commitment, .. Bytes((r + (hash * a)) % L)];
    }

    private static Key Import(byte[] secret) => Key.Import(SignatureAlgorithm.Ed25519, secret, KeyBlobFormat.RawPrivateKey);

    private static byte[] PublicKeyOf(Key key) => key.PublicKey.Export(KeyBlobFormat.RawPublicKey);

    /// <summary>The answer of libsodium and of both kinds of sum, which are the same.</summary>
    private static bool Agreed(byte[] key, byte[] message, byte[] signature)
    {
        var verifier = new Ed25519Verifier(key);
        var expected = PublicKey.TryImport(SignatureAlgorithm.Ed25519, key, KeyBlobFormat.RawPublicKey, out var imported)
            && SignatureAlgorithm.Ed25519.Verify(imported!, message, signature);
        Assert.Equal(expected, verifier.Verify(message, signature));
        Assert.Equal(expected, VerifyIn(new PlainSum()));
        if (LaneSum.IsSupported)
            Assert.Equal(expected, VerifyIn(new LaneSum()));
        return expected;

        bool VerifyIn<T>(T sum)
            where T : struct, IPointSum
        {
            if (!verifier.TryExpect(sum, message, signature, out var commitment))
                return false;
            FieldElement.Invert(commitment.Z, out var inverse);
            return Ed25519Verifier.IsCommitment(commitment, inverse, signature);
        }
    }
}
