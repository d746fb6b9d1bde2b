using System.Buffers;
using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Quorums;

namespace HotStuff.Bls12381.Threshold;

/// <summary>Verifies signatures of one key over several messages as one equation: e(sum of w_i s_i, generator) = e(sum of w_i h_i, key).</summary>
internal static class BatchVerification
{
    public static bool Verify(BlsPublicKey key, ReadOnlySpan<SignedMessage> signed)
    {
        if (signed.IsEmpty)
            return true;
        if (signed.Length == 1)
            return key.Verify(signed[0].Message, signed[0].Signature.Span);

        var signatures = ArrayPool<Point<Fp>>.Shared.Rent(signed.Length);
        var messages = ArrayPool<Point<Fp>>.Shared.Rent(signed.Length);
        var digits = ArrayPool<sbyte>.Shared.Rent(signed.Length * RandomWeights.Length);
        try
        {
            for (var i = 0; i < signed.Length; i++)
            {
                // Weights do not hide points of small order: each signature is checked for the subgroup.
                if (!BlsSignature.TryRead(signed[i].Signature.Span, out var point) || !G1.IsInSubgroup(point))
                    return false;
                signatures[i] = Point<Fp>.From(point);
                messages[i] = signed[i].Message.Point;
            }

            var weights = digits.AsSpan(0, signed.Length * RandomWeights.Length);
            RandomWeights.Draw(weights);
            MultiScalar.Sum<Fp>(signatures.AsSpan(0, signed.Length), weights, RandomWeights.Length, out var signature);
            MultiScalar.Sum<Fp>(messages.AsSpan(0, signed.Length), weights, RandomWeights.Length, out var message);
            return key.Verify(new HashedMessage(message), signature);
        }
        finally
        {
            ArrayPool<Point<Fp>>.Shared.Return(signatures);
            ArrayPool<Point<Fp>>.Shared.Return(messages);
            ArrayPool<sbyte>.Shared.Return(digits);
        }
    }
}
