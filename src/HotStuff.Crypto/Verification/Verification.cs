using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>What came of verifying something: exactly one of <see cref="Value"/> and <see cref="Reason"/> is there.</summary>
public readonly record struct Verification<T>
    where T : class
{
    internal Verification(T value, Refusal? reason)
    {
        Value = reason is null ? new Verified<T>(value) : null;
        Reason = reason;
    }

    /// <summary>What verified, or null.</summary>
    public Verified<T>? Value { get; }

    /// <summary>Why it did not verify, or null.</summary>
    public Refusal? Reason { get; }
}

/// <summary>What came of combining shares: a certificate, or the signers whose shares are bad.</summary>
public readonly record struct Combination<T>
    where T : class
{
    internal Combination(T certificate)
    {
        Certificate = new Verified<T>(certificate);
        BadSigners = [];
    }

    internal Combination(IEnumerable<ReplicaId> badSigners) => BadSigners = [.. badSigners];

    /// <summary>The certificate, or null when shares were bad.</summary>
    public Verified<T>? Certificate { get; }

    /// <summary>Whose shares were bad; empty when there is a certificate.</summary>
    public ImmutableArray<ReplicaId> BadSigners { get; }
}
