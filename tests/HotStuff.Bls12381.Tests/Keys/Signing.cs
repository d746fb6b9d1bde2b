using System.Security.Cryptography;

namespace HotStuff.Bls12381.Tests.Keys;

internal static class Signing
{
    public static byte[] Signed(this BlsSecretKey key, HashedMessage message, int size = BlsSignature.CompressedSize)
    {
        var signature = new byte[size];
        key.Sign(message, signature);
        return signature;
    }
}

/// <summary>Repeatable bytes: the hash of a counter.</summary>
internal sealed class CountingRandom : RandomNumberGenerator
{
    private int _count;

    public void Restart() => _count = 0;

    public override void GetBytes(byte[] data) => GetBytes(data.AsSpan());

    public override void GetBytes(Span<byte> data)
    {
        while (!data.IsEmpty)
        {
            var block = SHA256.HashData(BitConverter.GetBytes(_count++));
            var count = Math.Min(block.Length, data.Length);
            block.AsSpan(0, count).CopyTo(data);
            data = data[count..];
        }
    }
}
