namespace HotStuff.Consensus;

/// <summary>
/// The validator set as the protocol needs it: how many there are, and on which chain and in which epoch. Keys belong to the signature scheme.
/// With n validators at most f = floor((n-1)/3) are Byzantine and a quorum is n-f, so two quorums share an honest replica (paper, section 3).
/// </summary>
public sealed record Committee
{
    /// <summary>The most validators supported.</summary>
    public const int MaxSize = 256;

    /// <summary>A committee of <paramref name="size"/> validators, 1 to <see cref="MaxSize"/>.</summary>
    public Committee(ChainId chain, Epoch epoch, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaxSize);
        Chain = chain;
        Epoch = epoch;
        Size = size;
    }

    /// <summary>The chain that the committee serves.</summary>
    public ChainId Chain { get; }

    /// <summary>The epoch in which it serves.</summary>
    public Epoch Epoch { get; }

    /// <summary>n, the number of validators.</summary>
    public int Size { get; }

    /// <summary>f, the most validators that may be Byzantine.</summary>
    public int MaxFaulty => (Size - 1) / 3;

    /// <summary>n-f, the number of distinct signers that makes a certificate.</summary>
    public int Quorum => Size - MaxFaulty;

    /// <summary>f+1, a number of replicas among which one is honest.</summary>
    public int OneHonest => MaxFaulty + 1;

    /// <summary>All validators, in order.</summary>
    public IEnumerable<ReplicaId> Members => Enumerable.Range(0, Size).Select(i => new ReplicaId(i));

    /// <summary>Whether <paramref name="replica"/> is one of the validators.</summary>
    public bool Contains(ReplicaId replica) => (uint)replica.Index < (uint)Size;
}
