using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Quorums;
using HotStuff.Bls12381.Threshold;

namespace HotStuff.Bls12381;

/// <summary>The public side of a group whose keys come from a dealer: a threshold of shares makes the group's signature, which verifies with one group key.</summary>
/// <remarks>Whichever shares are combined, the signature is the same: there is one valid signature for a message.</remarks>
public sealed class ThresholdKeys : ParticipantKeys
{
    /// <summary>The most participants of a group.</summary>
    public const int MaxParticipants = 255;

    private readonly SignerSetCache<LagrangeCoefficients> _coefficients = new(participants => new LagrangeCoefficients(participants));

    /// <summary>Computes the share keys of participants 1 to <paramref name="participants"/> from the dealer's commitments.</summary>
    public ThresholdKeys(FeldmanCommitments commitments, int participants)
        : this(commitments, [.. Enumerable.Range(1, participants).Select(commitments.ShareKey)], check: false)
    {
    }

    /// <summary>Takes share keys as they were published, and checks each against the dealer's commitments.</summary>
    /// <param name="commitments">The dealer's.</param>
    /// <param name="shareKeys">That of participant i at index i - 1.</param>
    /// <exception cref="ArgumentException">A key is not its participant's, or there are fewer than the threshold.</exception>
    public ThresholdKeys(FeldmanCommitments commitments, IReadOnlyList<BlsPublicKey> shareKeys)
        : this(commitments, [.. shareKeys], check: true)
    {
    }

    private ThresholdKeys(FeldmanCommitments commitments, BlsPublicKey[] shareKeys, bool check)
        : base(shareKeys, commitments.Threshold, MaxParticipants)
    {
        for (var i = 0; check && i < shareKeys.Length; i++)
        {
            if (!commitments.Verify(i + 1, shareKeys[i]))
                throw new ArgumentException($"the key of participant {i + 1} does not agree with the dealer's commitments", nameof(shareKeys));
        }

        GroupKey = commitments.GroupKey;
    }

    /// <summary>What combined signatures verify with.</summary>
    public BlsPublicKey GroupKey { get; }

    /// <summary>Whether <paramref name="signature"/>, 48 or 96 bytes, is the group's over <paramref name="message"/>.</summary>
    public bool Verify(in HashedMessage message, ReadOnlySpan<byte> signature) => GroupKey.Verify(message, signature);

    /// <summary>Whether all are signatures of the group, at the price of one and about a quarter more for each further one. An empty list is.</summary>
    public bool VerifyAll(ReadOnlySpan<SignedMessage> signed) => BatchVerification.Verify(GroupKey, signed);

    private protected override void Combine(ReadOnlySpan<int> participants, ReadOnlySpan<Point<Fp>> shares, out Point<Fp> combined) =>
        _coefficients.Of(participants).Combine(shares, out combined);

    private protected override BlsPublicKey CombinedKey(ReadOnlySpan<int> participants) => GroupKey;
}
