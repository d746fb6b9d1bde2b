using System.Buffers;
using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Threshold;

namespace HotStuff.Bls12381;

/// <summary>
/// The public side of a group: verifies shares, combines a threshold of them into the group's signature, finds who spoiled a combination, verifies signatures.
/// Safe to use from several threads. Nothing that came from a peer makes it throw.
/// </summary>
/// <remarks>Whichever shares are combined, the signature is the same: there is one valid signature for a message.</remarks>
public sealed class ThresholdKeys
{
    /// <summary>The most participants of a group.</summary>
    public const int MaxParticipants = 255;

    private readonly BlsPublicKey[] _shareKeys;
    private readonly CoefficientCache _coefficients = new();
    private readonly bool[] _suspects;

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
    {
        if (shareKeys.Length > MaxParticipants || shareKeys.Length < commitments.Threshold)
            throw new ArgumentException($"{shareKeys.Length} keys for a threshold of {commitments.Threshold}; from that to {MaxParticipants} are possible", nameof(shareKeys));
        for (var i = 0; check && i < shareKeys.Length; i++)
        {
            if (!commitments.Verify(i + 1, shareKeys[i]))
                throw new ArgumentException($"the key of participant {i + 1} does not agree with the dealer's commitments", nameof(shareKeys));
        }

        Threshold = commitments.Threshold;
        GroupKey = commitments.GroupKey;
        _shareKeys = shareKeys;
        _suspects = new bool[shareKeys.Length];
    }

    /// <summary>How many shares make a signature.</summary>
    public int Threshold { get; }

    /// <summary>How many participants there are; they are numbered from 1.</summary>
    public int Participants => _shareKeys.Length;

    /// <summary>What combined signatures verify with.</summary>
    public BlsPublicKey GroupKey { get; }

    /// <summary>The public key of a participant's share.</summary>
    public BlsPublicKey ShareKey(int participant)
    {
        CheckParticipant(participant, Participants);
        return _shareKeys[participant - 1];
    }

    /// <summary>Whether a participant's share has spoiled a combination.</summary>
    public bool IsSuspect(int participant)
    {
        CheckParticipant(participant, Participants);
        return Volatile.Read(ref _suspects[participant - 1]);
    }

    /// <summary>Whether <paramref name="signature"/>, 48 or 96 bytes, is the group's over <paramref name="message"/>.</summary>
    public bool Verify(in HashedMessage message, ReadOnlySpan<byte> signature) => GroupKey.Verify(message, signature);

    /// <summary>Whether all are signatures of the group, at the price of one and about a quarter more for each further one. An empty list is.</summary>
    public bool VerifyAll(ReadOnlySpan<SignedMessage> signed) => BatchVerification.Verify(GroupKey, signed);

    /// <summary>Whether <paramref name="share"/> is its participant's over <paramref name="message"/>.</summary>
    public bool VerifyShare(in HashedMessage message, ThresholdShare share) =>
        share.Participant >= 1 && share.Participant <= Participants && _shareKeys[share.Participant - 1].Verify(message, share.Signature.Span);

    /// <summary>
    /// Combines shares over one message. Only the result is verified; if it is not good the bad shares are found and their participants named, and from then on shares of
    /// those participants are verified before they are used.
    /// </summary>
    /// <param name="message">What was signed.</param>
    /// <param name="shares">Shares of distinct participants, at least <see cref="Threshold"/>. The first so many are combined, in the order of the participants.</param>
    /// <param name="signature">Receives the group's signature: 48 bytes, or 96 for the uncompressed form.</param>
    /// <param name="bad">Receives the participants whose shares are bad; none when the result is true.</param>
    /// <returns>Whether there is a signature. If not, <paramref name="bad"/> is not empty.</returns>
    /// <exception cref="ArgumentException">There are fewer shares than the threshold, or two of one participant, or one of a stranger.</exception>
    public bool TryCombine(in HashedMessage message, ReadOnlySpan<ThresholdShare> shares, Span<byte> signature, ICollection<int> bad)
    {
        CheckSigners(shares);
        VerifySuspects(message, shares, bad);
        if (bad.Count == 0 && TryCombineFirst(shares, out var combined) && GroupKey.Verify(message, combined) && BlsSignature.TryWrite(combined, signature))
            return true;

        ShareBlame.Find(this, message, shares, bad);
        foreach (var participant in bad)
            Volatile.Write(ref _suspects[participant - 1], true);
        return bad.Count > 0
            ? false
            : throw new InvalidOperationException("all shares are good and their combination is not: the share keys do not belong to the group key");
    }

    internal static void CheckParticipant(int participant, int participants)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(participant, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(participant, participants);
    }

    /// <summary>Reads the first shares in the order of the participants, and combines them. False if one is no point, or the result is not in the group.</summary>
    private bool TryCombineFirst(ReadOnlySpan<ThresholdShare> shares, out Point<Fp> combined)
    {
        Span<int> indices = stackalloc int[Threshold];
        Span<int> participants = stackalloc int[Threshold];
        for (var i = 0; i < Threshold; i++)
        {
            indices[i] = i;
            participants[i] = shares[i].Participant;
        }

        participants.Sort(indices);
        var points = ArrayPool<Point<Fp>>.Shared.Rent(Threshold);
        try
        {
            for (var i = 0; i < Threshold; i++)
            {
                combined = default;
                if (!BlsSignature.TryRead(shares[indices[i]].Signature.Span, out var point))
                    return false;
                points[i] = Point<Fp>.From(point);
            }

            _coefficients.Of(participants).Combine(points.AsSpan(0, Threshold), out combined);
            return !Point<Fp>.IsInfinity(combined) && G1.IsInSubgroup(combined);
        }
        finally
        {
            ArrayPool<Point<Fp>>.Shared.Return(points);
        }
    }

    private void VerifySuspects(in HashedMessage message, ReadOnlySpan<ThresholdShare> shares, ICollection<int> bad)
    {
        foreach (var share in shares)
        {
            if (IsSuspect(share.Participant) && !VerifyShare(message, share))
                bad.Add(share.Participant);
        }
    }

    private void CheckSigners(ReadOnlySpan<ThresholdShare> shares)
    {
        if (shares.Length < Threshold)
            throw new ArgumentException($"{shares.Length} shares, {Threshold} are needed", nameof(shares));
        Span<bool> seen = stackalloc bool[MaxParticipants + 1];
        seen.Clear();
        foreach (var share in shares)
        {
            if (share.Participant < 1 || share.Participant > Participants || seen[share.Participant])
                throw new ArgumentException($"participant {share.Participant} is a stranger or there twice", nameof(shares));
            seen[share.Participant] = true;
        }
    }
}
