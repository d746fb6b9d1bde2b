using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381;

/// <summary>
/// A secret key, or a participant's share of one: a number from 1 to r - 1. It lies in memory that the collector does not move, and <see cref="Dispose"/> clears it.
/// Safe to use from several threads, but not while it is being disposed.
/// </summary>
public sealed class BlsSecretKey : IDisposable
{
    /// <summary>Bytes of the encoding: big-endian.</summary>
    public const int Size = Fr.Size;

    private readonly Fr[] _scalar = GC.AllocateArray<Fr>(1, pinned: true);
    private bool _disposed;

    internal BlsSecretKey(in Fr scalar)
    {
        if (scalar.IsZero)
            throw new ArgumentException("zero is no secret key", nameof(scalar));
        _scalar[0] = scalar;
    }

    /// <summary>A new key.</summary>
    /// <param name="random">Where its bytes come from; the system's generator when null.</param>
    public static BlsSecretKey Generate(RandomNumberGenerator? random = null)
    {
        RandomScalar.Draw(random, out var scalar);
        return new BlsSecretKey(scalar);
    }

    /// <summary>Reads 32 bytes, big-endian; null unless they are a number from 1 to r - 1.</summary>
    public static BlsSecretKey? TryRead(ReadOnlySpan<byte> source) =>
        source.Length == Size && Fr.TryRead(source, out var scalar) && !scalar.IsZero ? new BlsSecretKey(scalar) : null;

    /// <summary>The sum of keys, whose public key is the sum of theirs; null when it is zero, which is no key.</summary>
    public static BlsSecretKey? TrySum(IEnumerable<BlsSecretKey> keys)
    {
        var sum = default(Fr);
        foreach (var key in keys)
            sum += key.Scalar;
        return sum.IsZero ? null : new BlsSecretKey(sum);
    }

    /// <summary>Writes 32 bytes, big-endian. The caller clears them after use.</summary>
    public void Write(Span<byte> destination) => Scalar.Write(destination);

    /// <summary>The public key.</summary>
    public BlsPublicKey ToPublicKey()
    {
        SecretMultiplication.Multiply(Point<Fp2>.From(G2.Generator), Scalar, out var point);
        return BlsPublicKey.FromPoint(point);
    }

    /// <summary>Signs.</summary>
    /// <param name="message">What is signed.</param>
    /// <param name="signature">Receives the signature: 48 bytes compressed, or 96 uncompressed.</param>
    public void Sign(in HashedMessage message, Span<byte> signature)
    {
        SecretMultiplication.MultiplyBlinded(message.Point, Scalar, out var point);
        if (!BlsSignature.TryWrite(point, signature))
            throw new ArgumentException("a default value is no message", nameof(message));
    }

    /// <summary>Signs the public key, under a tag of its own: without such a proof a participant could choose a key that cancels others' in an aggregate.</summary>
    /// <param name="proof">Receives the proof: 48 or 96 bytes.</param>
    public void ProvePossession(Span<byte> proof)
    {
        Span<byte> key = stackalloc byte[BlsPublicKey.Size];
        ToPublicKey().Write(key);
        Sign(HashedMessage.OfKey(key), proof);
    }

    /// <summary>Clears the key.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_scalar.AsSpan()));
    }

    /// <summary>Whether nothing is left of the key.</summary>
    internal bool IsCleared => _scalar[0].IsZero;

    private ref readonly Fr Scalar
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return ref _scalar[0];
        }
    }
}
