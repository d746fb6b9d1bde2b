using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381;

/// <summary>
/// The dealer's polynomial f in the exponent: the generator times each coefficient (Feldman, 1987). Public; everybody can compute each participant's public share key from
/// it, and so see that all shares lie on one polynomial of degree threshold - 1. Immutable.
/// </summary>
public sealed class FeldmanCommitments
{
    private readonly BlsPublicKey[] _coefficients;

    /// <summary>From the commitments to the coefficients, that of the constant one, which is the group key, first.</summary>
    /// <param name="coefficients">As many as the threshold; at least one.</param>
    public FeldmanCommitments(IEnumerable<BlsPublicKey> coefficients)
    {
        _coefficients = [.. coefficients];
        if (_coefficients.Length is 0 or > ThresholdKeys.MaxParticipants)
            throw new ArgumentException($"{_coefficients.Length} commitments; from 1 to {ThresholdKeys.MaxParticipants} are possible", nameof(coefficients));
    }

    /// <summary>How many shares make a signature.</summary>
    public int Threshold => _coefficients.Length;

    /// <summary>The commitments, to store or to send.</summary>
    public IReadOnlyList<BlsPublicKey> Coefficients => _coefficients;

    /// <summary>What the combined signatures verify with.</summary>
    public BlsPublicKey GroupKey => _coefficients[0];

    /// <summary>
    /// The commitments to the sum of several dealers' polynomials, of one threshold: participant i's share of it is the sum of its shares (Pedersen, 1991). A dealer that chose its
    /// commitments after it saw the others' can choose the sum; whoever asks for it sees to that.
    /// </summary>
    /// <returns>Null if a sum is infinity: then some dealers chose theirs to cancel others'.</returns>
    /// <exception cref="ArgumentException">There are none, or they are of different thresholds.</exception>
    public static FeldmanCommitments? TrySum(IReadOnlyCollection<FeldmanCommitments> dealers)
    {
        if (dealers.Select(dealer => dealer.Threshold).Distinct().Count() != 1)
            throw new ArgumentException("no commitments, or commitments of different thresholds", nameof(dealers));

        var sums = new Point<Fp2>[dealers.First().Threshold];
        Array.Fill(sums, Point<Fp2>.Infinity);
        foreach (var dealer in dealers)
        {
            for (var i = 0; i < sums.Length; i++)
                Point<Fp2>.Add(sums[i], Point<Fp2>.From(dealer._coefficients[i].Point), out sums[i]);
        }

        return Array.Exists(sums, sum => Point<Fp2>.IsInfinity(sum)) ? null : new FeldmanCommitments(sums.Select(sum => BlsPublicKey.FromPoint(sum)));
    }

    /// <summary>The public share key of a participant: the generator times f(participant).</summary>
    /// <param name="participant">From 1 to <see cref="ThresholdKeys.MaxParticipants"/>.</param>
    public BlsPublicKey ShareKey(int participant) => BlsPublicKey.FromPoint(Evaluate(participant));

    /// <summary>Whether <paramref name="key"/> is the participant's public share key.</summary>
    public bool Verify(int participant, BlsPublicKey key) => Point<Fp2>.Equal(Evaluate(participant), Point<Fp2>.From(key.Point));

    /// <summary>Whether <paramref name="share"/> is the participant's. A participant asks this of what the dealer gave it.</summary>
    public bool Verify(int participant, BlsSecretKey share) => Verify(participant, share.ToPublicKey());

    /// <summary>Horner's rule, with multiplications by the small number.</summary>
    private Point<Fp2> Evaluate(int participant)
    {
        ThresholdKeys.CheckParticipant(participant, ThresholdKeys.MaxParticipants);
        var sum = Point<Fp2>.From(_coefficients[^1].Point);
        for (var i = _coefficients.Length - 2; i >= 0; i--)
        {
            var multiple = Point<Fp2>.Infinity;
            for (var bit = 7; bit >= 0; bit--)
            {
                Point<Fp2>.Double(multiple, out multiple);
                if ((participant >> bit & 1) != 0)
                    Point<Fp2>.Add(multiple, sum, out multiple);
            }

            Point<Fp2>.Add(multiple, Point<Fp2>.From(_coefficients[i].Point), out sum);
        }

        return sum;
    }
}
