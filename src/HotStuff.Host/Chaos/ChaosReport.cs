namespace HotStuff.Host.Chaos;

/// <summary>What <c>chaos --json</c> writes. The JSON keys are the properties in snake case.</summary>
internal sealed record ChaosReport
{
    public required string Protocol { get; init; }

    public required string Signatures { get; init; }

    public required int Replicas { get; init; }

    public required string Durability { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Rounds that were done.</summary>
    public required int Rounds { get; init; }

    /// <summary>How often each kind of action was done.</summary>
    public required IReadOnlyDictionary<string, int> Actions { get; init; }

    /// <summary>Damaged disks that their replica refused to start with.</summary>
    public required int Refusals { get; init; }

    /// <summary>Commands that were answered.</summary>
    public required long Committed { get; init; }

    /// <summary>Commands of which nobody knows what became of them.</summary>
    public required long Unanswered { get; init; }

    /// <summary>How often everything was compared.</summary>
    public required int Checks { get; init; }

    /// <summary>Commands whose history was judged.</summary>
    public required long Judged { get; init; }

    /// <summary>From the beginning of a round to the first answer to a command that was sent after it: the mean over all rounds.</summary>
    public required double ProgressMeanMs { get; init; }

    public required double ProgressMaxMs { get; init; }

    public required double Seconds { get; init; }

    /// <summary>What did not hold, in one line; null when everything did.</summary>
    public string? Failure { get; init; }
}
