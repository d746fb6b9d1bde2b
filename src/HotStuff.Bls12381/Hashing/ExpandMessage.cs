using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace HotStuff.Bls12381.Hashing;

/// <summary>expand_message_xmd of RFC 9380, section 5.3.1, with SHA-256: uniform bytes from a message and a tag.</summary>
internal static class ExpandMessage
{
    private const int BlockSize = 64;
    private const int Small = 512;

    /// <summary>Fills <paramref name="output"/>, at most 8,160 bytes.</summary>
    /// <param name="message">Of any length.</param>
    /// <param name="tag">The domain separation tag. One above 255 bytes is hashed first, as the RFC says.</param>
    /// <param name="output">Receives the bytes.</param>
    public static void Fill(ReadOnlySpan<byte> message, scoped ReadOnlySpan<byte> tag, Span<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(output.Length, byte.MaxValue * SHA256.HashSizeInBytes);
        Span<byte> shortTag = stackalloc byte[SHA256.HashSizeInBytes];
        if (tag.Length > byte.MaxValue)
        {
            HashParts("H2C-OVERSIZE-DST-"u8, tag, default, shortTag);
            tag = shortTag;
        }

        // tag || its length in one byte
        Span<byte> suffix = stackalloc byte[3 + byte.MaxValue + 1];
        BinaryPrimitives.WriteUInt16BigEndian(suffix, (ushort)output.Length);
        suffix[2] = 0;
        tag.CopyTo(suffix[3..]);
        suffix[3 + tag.Length] = (byte)tag.Length;
        suffix = suffix[..(4 + tag.Length)];

        // first = H(a block of zeros || message || length || 0 || tag'), next = H((first xor previous) || index || tag')
        Span<byte> zeros = stackalloc byte[BlockSize];
        zeros.Clear();
        Span<byte> first = stackalloc byte[SHA256.HashSizeInBytes];
        HashParts(zeros, message, suffix, first);

        Span<byte> input = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        digest.Clear();
        for (var index = 1; output.Length > 0; index++)
        {
            for (var i = 0; i < input.Length; i++)
                input[i] = (byte)(first[i] ^ digest[i]);
            suffix[2] = (byte)index;
            HashParts(input, suffix[2..], default, digest);
            var count = Math.Min(output.Length, digest.Length);
            digest[..count].CopyTo(output);
            output = output[count..];
        }
    }

    private static void HashParts(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, Span<byte> digest)
    {
        var size = a.Length + b.Length + c.Length;
        var rented = size > Small ? ArrayPool<byte>.Shared.Rent(size) : null;
        var buffer = rented ?? stackalloc byte[Small];
        a.CopyTo(buffer);
        b.CopyTo(buffer[a.Length..]);
        c.CopyTo(buffer[(a.Length + b.Length)..]);
        SHA256.HashData(buffer[..size], digest);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }
}
