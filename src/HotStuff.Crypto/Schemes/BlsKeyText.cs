using System.Security.Cryptography;
using HotStuff.Bls12381;

namespace HotStuff.Crypto;

/// <summary>Keys of BLS12-381 as the genesis file and the key files have them.</summary>
internal static class BlsKeyText
{
    /// <summary>A public key by its 192 hexadecimal digits; null if they are none.</summary>
    public static BlsPublicKey? TryRead(string key) => Hexadecimal.TryRead(key, BlsPublicKey.Size) is { } bytes ? BlsPublicKey.TryRead(bytes) : null;

    /// <summary>As the other, of a key that was checked.</summary>
    public static BlsPublicKey Read(string key) => TryRead(key) ?? throw new ArgumentException("not a point of G2", nameof(key));

    /// <summary>192 hexadecimal digits, lower case.</summary>
    public static string Of(BlsPublicKey key) => Convert.ToHexStringLower(Bytes(key));

    /// <summary>The 96 bytes of which those are the digits.</summary>
    public static byte[] Bytes(BlsPublicKey key)
    {
        var bytes = new byte[BlsPublicKey.Size];
        key.Write(bytes);
        return bytes;
    }

    /// <summary>32 bytes, which are secret.</summary>
    public static byte[] SecretOf(BlsSecretKey key)
    {
        var bytes = new byte[BlsSecretKey.Size];
        key.Write(bytes);
        return bytes;
    }

    /// <summary>The caller's random numbers in the form that makers of keys take.</summary>
    public sealed class Source(Func<int, byte[]> random) : RandomNumberGenerator
    {
        public override void GetBytes(byte[] data) => random(data.Length).CopyTo(data, 0);
    }
}
