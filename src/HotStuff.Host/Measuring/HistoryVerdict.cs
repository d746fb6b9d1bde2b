using System.Diagnostics;
using HotStuff.Simulation;

namespace HotStuff.Host.Measuring;

/// <summary>Whether what clients saw is what one server that runs one command after the other could have answered.</summary>
/// <param name="Operations">Commands that were judged.</param>
/// <param name="Keys">Keys that they were about.</param>
/// <param name="Elapsed">How long judging took.</param>
/// <param name="Violation">Where it is not; null when it is.</param>
internal sealed record HistoryVerdict(int Operations, int Keys, TimeSpan Elapsed, LinearizabilityViolation? Violation)
{
    public bool IsLinearizable => Violation is null;

    /// <summary>What was judged, in a few words.</summary>
    public string Summary => $"{Operations:N0} commands on {Keys:N0} keys judged in {Elapsed.TotalSeconds:0.0} s";

    public static HistoryVerdict Of(IReadOnlyList<HistoryOperation> history)
    {
        var start = Stopwatch.GetTimestamp();
        var violation = LinearizabilityChecker.FindViolation(history, new KeyModel(), KeyModel.KeyOf);
        return new HistoryVerdict(history.Count, history.Select(KeyModel.KeyOf).Distinct(StringComparer.Ordinal).Count(), Stopwatch.GetElapsedTime(start), violation);
    }

    /// <summary>The offending part of the history, a line for each command; no lines when there is none.</summary>
    public IEnumerable<string> Lines() => Violation is not { } violation
        ? []
        :
        [
            "The history is not linearizable. The last commands before it went wrong:",
            .. violation.Before.Select(operation => $"  {KeyModel.Describe(operation)}"),
            $"then the value could be: {string.Join(", ", violation.States)}; under way were:",
            .. violation.UnderWay.Select(operation => $"  {KeyModel.Describe(operation)}"),
            "and no order of these explains:",
            $"  {KeyModel.Describe(violation.Impossible)}",
        ];
}
