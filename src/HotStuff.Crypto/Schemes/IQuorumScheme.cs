using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// How a quorum of partial signatures becomes one certificate. Implementations are immutable, safe to use from several threads, and never
/// throw on what a peer sent: a signature of the wrong length or form is just not valid.
/// </summary>
public interface IQuorumScheme
{
    /// <summary>The name in the genesis file and on the command line, for example <c>ed25519</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether combining shares that were verified costs next to nothing, so that whoever counts them may combine them, too, instead of asking somebody whose
    /// thread may be kept busy.
    /// </summary>
    bool CombinesAtOnce { get; }

    /// <summary>
    /// Whether <paramref name="share"/> may be counted: it is its signer's signature over <paramref name="statement"/>, or, in a scheme that verifies only what shares combine
    /// to, it looks like one and its signer has not been caught with a bad one.
    /// </summary>
    bool VerifyShare(ReadOnlySpan<byte> statement, SignatureShare share);

    /// <summary>Whether <paramref name="share"/> is its signer's signature over <paramref name="statement"/>, checked now, whatever it costs.</summary>
    bool ProvesShare(ReadOnlySpan<byte> statement, SignatureShare share);

    /// <summary>
    /// Combines shares over one statement into a certificate's signature.
    /// </summary>
    /// <param name="statement">What was signed.</param>
    /// <param name="shares">Shares of distinct signers; not fewer than a quorum.</param>
    CombineResult Combine(ReadOnlySpan<byte> statement, IReadOnlyList<SignatureShare> shares);

    /// <summary>Whether <paramref name="combined"/> proves that a quorum of distinct validators signed <paramref name="statement"/>.</summary>
    bool VerifyCombined(ReadOnlySpan<byte> statement, Signature combined);
}

/// <summary>What came of combining shares.</summary>
public abstract record CombineResult
{
    /// <summary>A certificate's signature that verifies.</summary>
    public sealed record Combined(Signature Signature) : CombineResult;

    /// <summary>These signers' shares are bad; the rest may still make a quorum with others.</summary>
    public sealed record BadShares(IReadOnlyList<ReplicaId> Signers) : CombineResult;
}
