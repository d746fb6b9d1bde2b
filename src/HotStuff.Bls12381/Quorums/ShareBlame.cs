using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Pairing;

namespace HotStuff.Bls12381.Quorums;

/// <summary>
/// Finds bad shares among many by halving: the shares of a part are verified as one equation, e(sum of w_i s_i, generator) = e(h, sum of w_i key_i), and only a part that fails is
/// looked into. A few bad ones cost a few times the logarithm of the number of shares, rather than all of them.
/// </summary>
internal static class ShareBlame
{
    /// <summary>Adds the participants of bad shares that are not in <paramref name="bad"/> yet, in the order of the shares.</summary>
    public static void Find(ParticipantKeys keys, in HashedMessage message, ReadOnlySpan<ThresholdShare> shares, ICollection<int> bad)
    {
        var found = new bool[shares.Length];
        var points = new List<Point<Fp>>(shares.Length);
        var shareKeys = new List<Point<Fp2>>(shares.Length);
        var origin = new List<int>(shares.Length);
        for (var i = 0; i < shares.Length; i++)
        {
            // Weights do not hide points of small order, so the subgroup is checked here.
            if (bad.Contains(shares[i].Participant))
                continue;
            if (!BlsSignature.TryRead(shares[i].Signature.Span, out var point) || !G1.IsInSubgroup(point))
            {
                found[i] = true;
                continue;
            }

            points.Add(Point<Fp>.From(point));
            shareKeys.Add(Point<Fp2>.From(keys.ShareKey(shares[i].Participant).Point));
            origin.Add(i);
        }

        if (points.Count > 0)
            new Search(message, [.. points], [.. shareKeys], [.. origin], found).Halve(0, points.Count);

        for (var i = 0; i < shares.Length; i++)
        {
            if (found[i])
                bad.Add(shares[i].Participant);
        }
    }

    private sealed class Search(HashedMessage message, Point<Fp>[] points, Point<Fp2>[] keys, int[] origin, bool[] found)
    {
        public void Halve(int start, int count)
        {
            if (AllGood(start, count))
                return;
            if (count == 1)
            {
                found[origin[start]] = true;
                return;
            }

            var half = count / 2;
            Halve(start, half);
            Halve(start + half, count - half);
        }

        private bool AllGood(int start, int count)
        {
            var digits = new sbyte[count * RandomWeights.Length];
            RandomWeights.Draw(digits);
            MultiScalar.Sum<Fp>(points.AsSpan(start, count), digits, RandomWeights.Length, out var signature);
            MultiScalar.Sum<Fp2>(keys.AsSpan(start, count), digits, RandomWeights.Length, out var key);

            // An infinite sum of keys has no lines; its pairing is 1, and so must be the other one.
            Point<Fp>.Neg(signature, out signature);
            if (!Point<Fp2>.TryToAffine(key, out var affine))
                return Point<Fp>.IsInfinity(signature);
            AtePairing.PairProduct(signature, PreparedG2.Generator, message.Point, new PreparedG2(affine), out var value);
            return Fp12.IsOne(value);
        }
    }
}
