namespace HotStuff.Consensus;

/// <summary>
/// How long a view may last: the base, doubled for each view that ended in a timeout certificate, up to a cap, and halved again, step by step, as blocks commit.
/// A pure function of that history.
/// </summary>
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

    /// <summary>After a commit.</summary>
    public ViewTimeout AfterCommit() => Steps > 0 ? this with { Steps = Steps - 1 } : this;
}
