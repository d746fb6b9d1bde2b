using HotStuff.Bls12381;

namespace HotStuff.Crypto;

/// <summary>Public BLS keys in files: 192 hexadecimal digits of a point of G2, compressed.</summary>
internal static class BlsKeyText
{
    public static BlsPublicKey? TryRead(string key) => Hexadecimal.TryRead(key, BlsPublicKey.Size) is { } bytes ? BlsPublicKey.TryRead(bytes) : null;

    /// <summary>Reads a key that was checked.</summary>
    public static BlsPublicKey Read(string key) => TryRead(key) ?? throw new ArgumentException("not a point of G2", nameof(key));

    public static string Write(BlsPublicKey key) => Convert.ToHexStringLower(Bytes(key));

    public static byte[] Bytes(BlsPublicKey key)
    {
        var bytes = new byte[BlsPublicKey.Size];
        key.Write(bytes);
        return bytes;
    }
}
