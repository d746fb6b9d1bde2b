namespace HotStuff.Consensus;

/// <summary>The durations of the pacemaker. Local: replicas may differ, at a cost in speed only.</summary>
public sealed record PacemakerSettings
{
    /// <summary>How long a view may last before the replica complains, when all goes well. More than 0.</summary>
    public TimeSpan BaseTimeout { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest that back-off makes a view last. Not below <see cref="BaseTimeout"/>.</summary>
    public TimeSpan MaxTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long a complaint that brought no certificate is sent again, to one leader more. More than 0.</summary>
    public TimeSpan ComplaintRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long the leader of a view after a timeout waits for higher certificates, in variants that need it (<see cref="IProtocolRules.WaitsAfterTimeout"/>).
    /// Twice what a message takes, to be live; 0 and more.
    /// </summary>
    public TimeSpan Delta { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long to wait for a certified block that may be under way before fetching it. More than 0.</summary>
    public TimeSpan FetchDelay { get; init; } = TimeSpan.FromMilliseconds(50);
}
