namespace HotStuff.Consensus;

/// <summary>Which vote of a view a statement is about. Chained variants have one per view, basic HotStuff three.</summary>
public enum Phase : byte
{
    /// <summary>The only phase of the pipelined variants (paper, algorithm 3).</summary>
    Generic = 0,

    /// <summary>Basic HotStuff, algorithm 2, lines 4-14.</summary>
    Prepare = 1,

    /// <summary>Basic HotStuff, algorithm 2, lines 15-22.</summary>
    PreCommit = 2,

    /// <summary>Basic HotStuff, algorithm 2, lines 23-29.</summary>
    Commit = 3,
}

/// <summary>One phase of one view: what a replica votes in once. Ordered by view, then by phase.</summary>
public readonly record struct Step(View View, Phase Phase) : IComparable<Step>
{
    /// <summary>The least step after this one.</summary>
    public Step Next => this with { Phase = Phase + 1 };

    /// <inheritdoc/>
    public int CompareTo(Step other) => View == other.View ? Phase.CompareTo(other.Phase) : View.CompareTo(other.View);

    /// <summary>Earlier than.</summary>
    public static bool operator <(Step left, Step right) => left.CompareTo(right) < 0;

    /// <summary>Later than.</summary>
    public static bool operator >(Step left, Step right) => left.CompareTo(right) > 0;

    /// <summary>Earlier than or the same.</summary>
    public static bool operator <=(Step left, Step right) => left.CompareTo(right) <= 0;

    /// <summary>Later than or the same.</summary>
    public static bool operator >=(Step left, Step right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => Phase == Phase.Generic ? $"{View}" : $"{View} {Phase}";
}

/// <summary>What a vote says: "in this epoch, view and phase I vote for this block".</summary>
public readonly record struct VoteStatement(Epoch Epoch, View View, BlockId Block, Phase Phase)
{
    /// <summary>When it is said: once by each replica.</summary>
    public Step Step => new(View, Phase);

    /// <inheritdoc/>
    public override string ToString() => $"{View} {Block}{(Phase == Phase.Generic ? "" : $" {Phase}")}";
}

/// <summary>What a complaint says: "in this epoch, this view made no progress".</summary>
public readonly record struct ComplaintStatement(Epoch Epoch, View View)
{
    /// <inheritdoc/>
    public override string ToString() => View.ToString();
}

/// <summary>A quorum's votes for one block in one view and phase, combined by the signature scheme.</summary>
/// <param name="Statement">What the quorum said.</param>
/// <param name="Signature">The combined signature, n-f distinct signers by construction.</param>
public sealed record QuorumCertificate(VoteStatement Statement, Signature Signature)
{
    /// <summary>The view in which the votes were cast.</summary>
    public View View => Statement.View;

    /// <summary>The view and phase in which the votes were cast.</summary>
    public Step Step => Statement.Step;

    /// <summary>The block that is certified.</summary>
    public BlockId Block => Statement.Block;

    /// <inheritdoc/>
    public override string ToString() => $"QC({Statement})";
}

/// <summary>A quorum's complaints about one view, combined by the signature scheme.</summary>
/// <param name="Statement">What the quorum said.</param>
/// <param name="Signature">The combined signature, n-f distinct signers by construction.</param>
public sealed record TimeoutCertificate(ComplaintStatement Statement, Signature Signature)
{
    /// <summary>The view that the quorum gave up.</summary>
    public View View => Statement.View;

    /// <inheritdoc/>
    public override string ToString() => $"TC({Statement})";
}
