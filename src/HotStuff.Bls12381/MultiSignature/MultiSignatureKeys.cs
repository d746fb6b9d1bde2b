using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Quorums;

namespace HotStuff.Bls12381;

/// <summary>
/// The public side of a group in which everybody made a key for itself (Boldyreva, 2003): signatures over one message are added up, and their sum verifies with the sum of the
/// signers' keys. So whoever verifies must know who signed.
/// </summary>
/// <remarks>
/// Sound only for keys whose possession was proven (Ristenpart, Yilek, 2007): who may choose a key freely chooses one that cancels the others in the sum.
/// A sum of keys and its lines for the pairing, about 15 KB, are kept for up to 256 sets of signers.
/// </remarks>
public sealed class MultiSignatureKeys : ParticipantKeys
{
    /// <summary>The most participants of a group.</summary>
    public const int MaxParticipants = 256;

    private readonly Point<Fp2> _sumOfAll;
    private readonly SignerSetCache<BlsPublicKey?> _sums;

    /// <summary>Takes keys as they were published.</summary>
    /// <param name="keys">That of participant i at index i - 1. The caller has verified that each one's secret is known (<see cref="BlsPublicKey.VerifyPossession"/>).</param>
    /// <param name="threshold">How many shares make a signature.</param>
    /// <exception cref="ArgumentException">There are fewer keys than the threshold, or more than <see cref="MaxParticipants"/>.</exception>
    public MultiSignatureKeys(IEnumerable<BlsPublicKey> keys, int threshold)
        : base([.. keys], threshold, MaxParticipants)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        _sumOfAll = Point<Fp2>.Infinity;
        for (var participant = 1; participant <= Participants; participant++)
            Point<Fp2>.Add(_sumOfAll, PointOf(participant), out _sumOfAll);
        _sums = new SignerSetCache<BlsPublicKey?>(SumOfKeys);
    }

    /// <summary>Whether <paramref name="signature"/> is the sum of these participants' signatures over <paramref name="message"/>.</summary>
    /// <param name="message">What was signed.</param>
    /// <param name="participants">Exactly a threshold of distinct participants in ascending order; others did not sign.</param>
    /// <param name="signature">48 or 96 bytes.</param>
    public bool Verify(in HashedMessage message, ReadOnlySpan<int> participants, ReadOnlySpan<byte> signature) =>
        IsSignerSet(participants) && _sums.Of(participants) is { } key && key.Verify(message, signature);

    private protected override void Combine(ReadOnlySpan<int> participants, ReadOnlySpan<Point<Fp>> shares, out Point<Fp> combined)
    {
        combined = shares[0];
        foreach (ref readonly var share in shares[1..])
            Point<Fp>.Add(combined, share, out combined);
    }

    private protected override BlsPublicKey? CombinedKey(ReadOnlySpan<int> participants) => _sums.Of(participants);

    private bool IsSignerSet(ReadOnlySpan<int> participants)
    {
        var previous = 0;
        foreach (var participant in participants)
        {
            if (participant <= previous)
                return false;
            previous = participant;
        }

        return participants.Length == Threshold && previous <= Participants;
    }

    /// <summary>All keys but those of who is absent, who are fewer than who is there. Null if they cancel each other.</summary>
    private BlsPublicKey? SumOfKeys(ReadOnlySpan<int> participants)
    {
        var sum = _sumOfAll;
        var present = 0;
        for (var participant = 1; participant <= Participants; participant++)
        {
            if (present < participants.Length && participants[present] == participant)
            {
                present++;
                continue;
            }

            Point<Fp2>.Neg(PointOf(participant), out var absent);
            Point<Fp2>.Add(sum, absent, out sum);
        }

        return Point<Fp2>.IsInfinity(sum) ? null : BlsPublicKey.FromPoint(sum);
    }

    private Point<Fp2> PointOf(int participant) => Point<Fp2>.From(ShareKey(participant).Point);
}
