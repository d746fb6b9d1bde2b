namespace HotStuff.Simulation;

/// <summary>Where a history stops being linearizable: an answer that no order of the operations before it and beside it explains.</summary>
/// <param name="Impossible">The operation with this answer: the first one that ended so.</param>
/// <param name="UnderWay">The operations that had begun by then and had not ended, this one apart; those that never ended among them.</param>
/// <param name="Before">The last ones that had ended by then, in the order of their ends.</param>
/// <param name="States">The states that were possible when <paramref name="Before"/> had ended, some of <paramref name="UnderWay"/> done or not; a few of them if there are many.</param>
public sealed record LinearizabilityViolation(
    HistoryOperation Impossible, IReadOnlyList<HistoryOperation> UnderWay, IReadOnlyList<HistoryOperation> Before, IReadOnlyList<string> States);
