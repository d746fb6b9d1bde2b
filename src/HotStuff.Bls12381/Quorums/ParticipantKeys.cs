using System.Buffers;
using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Quorums;

namespace HotStuff.Bls12381;

/// <summary>
/// The public keys of a group's participants, any threshold of whom sign together: verifies shares, combines them, finds who spoiled a combination.
/// Safe to use from several threads. Nothing that came from a peer makes it throw.
/// </summary>
public abstract class ParticipantKeys
{
    private readonly BlsPublicKey[] _shareKeys;
    private readonly bool[] _suspects;

    private protected ParticipantKeys(BlsPublicKey[] shareKeys, int threshold, int mostParticipants)
    {
        if (shareKeys.Length > mostParticipants || shareKeys.Length < threshold)
            throw new ArgumentException($"{shareKeys.Length} keys for a threshold of {threshold}; from that to {mostParticipants} are possible", nameof(shareKeys));

        Threshold = threshold;
        _shareKeys = shareKeys;
        _suspects = new bool[shareKeys.Length];
    }

    /// <summary>How many shares make a signature.</summary>
    public int Threshold { get; }

    /// <summary>How many participants there are; they are numbered from 1.</summary>
    public int Participants => _shareKeys.Length;

    /// <summary>The public key that a participant's shares verify with.</summary>
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

    /// <summary>Whether <paramref name="share"/> is its participant's over <paramref name="message"/>.</summary>
    public bool VerifyShare(in HashedMessage message, ThresholdShare share) =>
        share.Participant >= 1 && share.Participant <= Participants && _shareKeys[share.Participant - 1].Verify(message, share.Signature.Span);

    /// <summary>
    /// Combines shares over one message. Only the result is verified; if it is not good the bad shares are found and their participants named, and from then on shares of
    /// those participants are verified before they are used.
    /// </summary>
    /// <param name="message">What was signed.</param>
    /// <param name="shares">Shares of distinct participants, at least <see cref="Threshold"/>. The first so many are combined, in the order of the participants.</param>
    /// <param name="signature">Receives the signature: 48 bytes, or 96 for the uncompressed form.</param>
    /// <param name="bad">Receives the participants whose shares are bad; none when the result is true.</param>
    /// <returns>Whether there is a signature. If not, <paramref name="bad"/> is not empty.</returns>
    /// <exception cref="ArgumentException">There are fewer shares than the threshold, or two of one participant, or one of a stranger.</exception>
    public bool TryCombine(in HashedMessage message, ReadOnlySpan<ThresholdShare> shares, Span<byte> signature, ICollection<int> bad)
    {
        CheckSigners(shares);
        VerifySuspects(message, shares, bad);
        if (bad.Count == 0 && TryCombineFirst(message, shares, signature))
            return true;

        ShareBlame.Find(this, message, shares, bad);
        foreach (var participant in bad)
            Volatile.Write(ref _suspects[participant - 1], true);
        return bad.Count > 0
            ? false
            : throw new InvalidOperationException("all shares are good and their combination is not: the keys make no group");
    }

    internal static void CheckParticipant(int participant, int participants)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(participant, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(participant, participants);
    }

    /// <summary>What the shares of these participants, distinct and in ascending order, combine to.</summary>
    private protected abstract void Combine(ReadOnlySpan<int> participants, ReadOnlySpan<Point<Fp>> shares, out Point<Fp> combined);

    /// <summary>The key that such a combination verifies with; null if the participants' keys make none.</summary>
    private protected abstract BlsPublicKey? CombinedKey(ReadOnlySpan<int> participants);

    /// <summary>Combines the first shares in the order of the participants. False if one is no point, or the result is not good.</summary>
    private bool TryCombineFirst(in HashedMessage message, ReadOnlySpan<ThresholdShare> shares, Span<byte> signature)
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
                if (!BlsSignature.TryRead(shares[indices[i]].Signature.Span, out var point))
                    return false;
                points[i] = Point<Fp>.From(point);
            }

            Combine(participants, points.AsSpan(0, Threshold), out var combined);
            return !Point<Fp>.IsInfinity(combined)
                && G1.IsInSubgroup(combined)
                && CombinedKey(participants) is { } key
                && key.Verify(message, combined)
                && BlsSignature.TryWrite(combined, signature);
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
        Span<bool> seen = stackalloc bool[Participants + 1];
        seen.Clear();
        foreach (var share in shares)
        {
            if (share.Participant < 1 || share.Participant > Participants || seen[share.Participant])
                throw new ArgumentException($"participant {share.Participant} is a stranger or there twice", nameof(shares));
            seen[share.Participant] = true;
        }
    }
}
