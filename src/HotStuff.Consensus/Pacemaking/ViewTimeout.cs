namespace HotStuff.Consensus;

/// <summary>
/// How long a view may last: the base, doubled for each view but the first since a commit that ended in a timeout certificate, up to a cap, and halved again
/// for each block that commits.
/// A pure function of that history.
/// </summary>
/// <remarks>
/// Blocks are what counts, not commits: with several dead leaders only one run of views in a round may be long enough to commit, but it commits the blocks of
/// the whole round, and those outnumber the views that timed out. Counted by commits, the back-off would grow to its cap while everything works.
/// </remarks>
/// <param name="Base">The duration without back-off.</param>
/// <param name="Cap">The longest duration.</param>
/// <param name="Steps">How often the duration is doubled, 0 and up.</param>
public readonly record struct ViewTimeout(TimeSpan Base, TimeSpan Cap, int Steps = 0)
{
    /// <summary>The duration of a view now.</summary>
    public TimeSpan Duration
    {
        get
        {
            var duration = Base;
            for (var step = 0; step < Steps && duration < Cap; step++)
                duration *= 2;
            return duration < Cap ? duration : Cap;
        }
    }

    /// <summary>After a view that ended in a timeout certificate.</summary>
    public ViewTimeout AfterTimeout() => Duration < Cap ? this with { Steps = Steps + 1 } : this;

    /// <summary>After <paramref name="blocks"/> blocks were committed.</summary>
    public ViewTimeout AfterCommit(int blocks) => this with { Steps = Math.Max(0, Steps - blocks) };
}
