using System.Numerics;
using System.Runtime.CompilerServices;
using HotStuff.Consensus;

namespace HotStuff.Client.Sessions;

/// <summary>A set of replicas in 32 bytes.</summary>
internal struct ReplicaSet
{
    private Words _words;

    /// <summary>How many are in it.</summary>
    public readonly int Count
    {
        get
        {
            var count = 0;
            foreach (var word in (ReadOnlySpan<ulong>)_words)
                count += BitOperations.PopCount(word);
            return count;
        }
    }

    public readonly bool Contains(ReplicaId replica) => (_words[replica.Index >> 6] & Bit(replica)) != 0;

    public void Add(ReplicaId replica) => _words[replica.Index >> 6] |= Bit(replica);

    public void Remove(ReplicaId replica) => _words[replica.Index >> 6] &= ~Bit(replica);

    private static ulong Bit(ReplicaId replica) => 1UL << (replica.Index & 63);

    [InlineArray(Committee.MaxSize / 64)]
    private struct Words
    {
        private ulong _first;
    }
}
