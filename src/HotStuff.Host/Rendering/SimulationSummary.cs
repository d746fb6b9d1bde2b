using HotStuff.Simulation;
using Spectre.Console;

namespace HotStuff.Host.Rendering;

/// <summary>What came of simulated worlds, for people.</summary>
internal static class SimulationSummary
{
    private const int ViolationsShown = 20;

    /// <summary>What happened, per seed on average, so that nobody takes worlds in which nothing happens for safe ones.</summary>
    public static void Write(WorldSpec spec, SeedRangeResult result)
    {
        var (counters, seconds, core) = (result.Counters, result.Duration.TotalSeconds, result.ProcessorTime.TotalSeconds);
        var figures = new Table { Border = TableBorder.Simple, ShowHeaders = false };
        figures.AddColumns("figure", "value");
        figures.AddRow("worlds", $"{result.Seeds:N0} {(result.Seeds == 1 ? "seed" : "seeds")}, {spec.Protocol}, {spec.Leaders ?? "any leaders"}, {spec.Replicas} replicas");
        figures.AddRow("speed", $"{seconds:0.0} s: {result.Seeds / seconds:N0} seeds/s, {counters.Steps / seconds:N0} steps/s, {counters.Commits / seconds:N0} commits/s");
        figures.AddRow("of one core", $"{result.Seeds / core:N0} seeds/s, {counters.Steps / core:N0} steps/s, {counters.Commits / core:N0} commits/s");
        figures.AddRow("mean of a seed", string.Join(", ", counters.Figures().Select(figure => $"{(double)figure.Value / result.Seeds:0.##} {figure.Name}")));
        figures.AddRow("after GST", $"views met within {counters.LongestSync.TotalMilliseconds:0} ms, commands ran everywhere within {counters.MostViewsToExecute} views");
        figures.AddRow("violations", result.Violations.Count == 0 ? "[green]none[/]" : $"[red]{result.Violations.Count:N0}[/]");
        Terminal.Output.Write(figures);
        foreach (var (seed, violation) in result.Violations.OrderBy(found => found.Key).Take(ViolationsShown))
            Terminal.Line($"seed {seed}: {violation}");
    }

    /// <summary>What came of scenarios of the Twins method.</summary>
    public static void Write(string protocol, int replicas, TwinsRangeResult result)
    {
        var seconds = result.Duration.TotalSeconds;
        var figures = new Table { Border = TableBorder.Simple, ShowHeaders = false };
        figures.AddColumns("figure", "value");
        figures.AddRow("twins", $"{result.Scenarios:N0} scenarios, {protocol}, {replicas} replicas, {(replicas - 1) / 3} with a twin");
        figures.AddRow("speed", $"{seconds:0.0} s: {result.Scenarios / seconds:N0} scenarios/s, {result.Steps / seconds:N0} steps/s");
        figures.AddRow("all rounds passed in", $"{result.ReachedEnd:N0}; in the others one lasted until the network healed");
        figures.AddRow("violations", result.Violations.Count == 0 ? "[green]none[/]" : $"[red]{result.Violations.Count:N0}[/]");
        Terminal.Output.Write(figures);
        foreach (var (number, violation) in result.Violations.OrderBy(found => found.Key).Take(ViolationsShown))
            Terminal.Line($"scenario {number}: {violation}");
        if (result.Violations.Count > 0)
            Terminal.Line($"Replay one: hotstuff simulate --protocol {protocol} --replicas {replicas} --twins --seed {result.Violations.Keys.Min()} --trace");
    }

    /// <summary>A scenario of the Twins method, and which node of its trace is whose twin.</summary>
    public static void Write(TwinsScenario scenario)
    {
        Terminal.Line(scenario.ToString());
        for (var i = 0; i < scenario.Twins.Length; i++)
            Terminal.Line($"  r{scenario.Size + i} is the twin of {scenario.Twins[i]}");
    }

    /// <summary>What is left of a seed's schedule when all is left out that its violation does not need.</summary>
    public static void WriteShortest(WorldSpec spec, long seed)
    {
        var shortest = Shrinking.Shrink(World.Run(Planner.Draw((ulong)seed, spec)));
        Terminal.Line("The shortest schedule of the first one:");
        Write(shortest.Plan);
        Terminal.Line($"  {shortest.Violation}");
        var leaders = spec.Leaders is null ? "" : $" --leaders {spec.Leaders}";
        var faults = spec.Faults.Count == FaultKinds.Names.Count ? "" : spec.Faults.Count == 0 ? " --faults none" : $" --faults {string.Join(',', spec.Faults)}";
        Terminal.Line($"Replay it: hotstuff simulate --protocol {spec.Protocol}{leaders} --replicas {spec.Replicas}{faults} --seed {seed} --trace");
    }

    /// <summary>A plan: what is run, and what goes wrong in it.</summary>
    public static void Write(WorldPlan plan)
    {
        Terminal.Line(plan.ToString());
        foreach (var fault in plan.Faults)
            Terminal.Line($"  {fault}");
    }
}
