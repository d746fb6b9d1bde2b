using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// Shares known to be good: verified before, or made by this replica. Safe to use from several threads. May forget, must never answer for a
/// share that differs in any bit of statement, signer or signature.
/// </summary>
public interface IShareCache
{
    /// <summary>Whether <paramref name="share"/> is known to be its signer's over <paramref name="statement"/>.</summary>
    bool Contains(ReadOnlySpan<byte> statement, SignatureShare share);

    /// <summary>Remembers a share that verified, or that this replica made.</summary>
    void Add(ReadOnlySpan<byte> statement, SignatureShare share);
}
