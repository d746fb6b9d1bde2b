namespace HotStuff.Simulation;

/// <summary>What came of a world.</summary>
/// <param name="Plan">What was run.</param>
/// <param name="Counters">What happened.</param>
/// <param name="Violation">What broke; null when everything held.</param>
public sealed record WorldResult(WorldPlan Plan, WorldCounters Counters, Violation? Violation);

/// <summary>An invariant that did not hold.</summary>
/// <param name="Invariant">Its name.</param>
/// <param name="Step">After how many steps.</param>
/// <param name="At">When.</param>
/// <param name="Message">What broke it.</param>
public sealed record Violation(string Invariant, long Step, TimeSpan At, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Invariant} after {Step} steps, at {Fault.Ms(At)} ms: {Message}";
}
