namespace HotStuff.Consensus;

/// <summary>
/// The bytes of a signature, compared by content. What they mean (one Ed25519 signature, a list with a bitmap,
/// a threshold signature) is the signature scheme's affair; the protocol only carries them.
/// </summary>
public readonly struct Signature : IEquatable<Signature>
{
    /// <summary>The longest signature that is read from anyone, in bytes: a list of 256 Ed25519 signatures and its bitmap.</summary>
    public const int MaxSize = (256 * 64) + 32 + 2;

    /// <summary>Wraps bytes that nobody changes any more.</summary>
    public Signature(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    /// <summary>The signature of the genesis certificate: no bytes.</summary>
    public static Signature None => default;

    /// <summary>The bytes themselves.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <inheritdoc/>
    public bool Equals(Signature other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Signature other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>Same bytes.</summary>
    public static bool operator ==(Signature left, Signature right) => left.Equals(right);

    /// <summary>Different bytes.</summary>
    public static bool operator !=(Signature left, Signature right) => !left.Equals(right);
}

/// <summary>One replica's part of a certificate.</summary>
/// <param name="Signer">Who signed.</param>
/// <param name="Signature">The partial signature.</param>
public readonly record struct SignatureShare(ReplicaId Signer, Signature Signature);
