using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// Shares known to be good: verified before, or made by this replica. Safe to use from several threads. May forget, must never answer for a
/// share that differs in any bit of statement, signer or signature.
/// </summary>
public interface IShareCache
{
    /// <summary>By what a share is found: two that differ in any bit of statement, signer or signature have different ones. Costs a hash, so ask once for both methods below.</summary>
    Digest KeyOf(ReadOnlySpan<byte> statement, SignatureShare share);

    /// <summary>Whether the share of this key is known to be its signer's over its statement.</summary>
    bool Contains(Digest key);

    /// <summary>Remembers a share that verified, or that this replica made, by its key.</summary>
    void Add(Digest key);
}
