using System.Collections.Concurrent;

namespace HotStuff.Bls12381.Threshold;

/// <summary>Keeps coefficients by set of signers, up to a number of sets: in quiet times the same quorums answer again and again. Safe to use from several threads.</summary>
internal sealed class CoefficientCache
{
    private const int Capacity = 256;

    private readonly ConcurrentDictionary<SignerSet, LagrangeCoefficients> _known = new();

    /// <summary>The coefficients of these participants, which are distinct, from 1 to 255 and in ascending order.</summary>
    public LagrangeCoefficients Of(ReadOnlySpan<int> participants)
    {
        var set = new SignerSet(participants);
        if (_known.TryGetValue(set, out var coefficients))
            return coefficients;

        // Rare enough that forgetting all is as good as finding the one used least.
        if (_known.Count >= Capacity)
            _known.Clear();
        coefficients = new LagrangeCoefficients(participants);
        _known[set] = coefficients;
        return coefficients;
    }

    /// <summary>A bit for each participant.</summary>
    private readonly record struct SignerSet
    {
        private readonly UInt128 _low;
        private readonly UInt128 _high;

        public SignerSet(ReadOnlySpan<int> participants)
        {
            foreach (var participant in participants)
            {
                if (participant < 128)
                    _low |= UInt128.One << participant;
                else
                    _high |= UInt128.One << (participant - 128);
            }
        }
    }
}
