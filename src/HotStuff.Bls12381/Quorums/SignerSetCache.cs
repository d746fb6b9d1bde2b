using System.Collections.Concurrent;

namespace HotStuff.Bls12381.Quorums;

/// <summary>
/// Keeps what was computed for a set of signers, up to a number of sets: in quiet times the same quorums answer again and again. Safe to use from several threads.
/// </summary>
/// <param name="compute">From distinct participants, from 1 to 256, in ascending order.</param>
internal sealed class SignerSetCache<T>(Func<ReadOnlySpan<int>, T> compute)
{
    private const int Capacity = 256;

    private readonly ConcurrentDictionary<SignerSet, T> _known = new();

    /// <summary>What belongs to these participants, who are distinct, from 1 to 256 and in ascending order.</summary>
    public T Of(ReadOnlySpan<int> participants)
    {
        var set = new SignerSet(participants);
        if (_known.TryGetValue(set, out var value))
            return value;

        // Rare enough that forgetting all is as good as finding the one used least.
        if (_known.Count >= Capacity)
            _known.Clear();
        value = compute(participants);
        _known[set] = value;
        return value;
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
                if (participant <= 128)
                    _low |= UInt128.One << (participant - 1);
                else
                    _high |= UInt128.One << (participant - 129);
            }
        }
    }
}
