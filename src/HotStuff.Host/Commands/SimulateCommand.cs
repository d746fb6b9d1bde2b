using System.CommandLine;
using System.Globalization;
using HotStuff.Consensus;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Measuring;
using HotStuff.Host.Rendering;
using HotStuff.Host.Replays;
using HotStuff.Simulation;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff simulate</c>: runs clusters in virtual time through all troubles, checks every step, and replays what breaks.</summary>
internal sealed class SimulateCommand : HostCommand
{
    private const string AnyLeaders = "any";
    private const int TwinsRounds = 6;
    private const int ExhaustiveTwins = 4;

    private readonly Option<string> _protocol = NewOption.Choice("--protocol", "Protocol variant", "chained", [.. ProtocolRules.Names]);
    private readonly Option<string> _leaders =
        NewOption.Choice("--leaders", "How leaders are chosen, any as the seed decides", AnyLeaders, [.. LeaderElections.Names, AnyLeaders]);

    private readonly Option<int> _replicas = NewOption.Integer("--replicas", "How many replicas", 4, 1, 64);
    private readonly Option<(long First, long Last)> _seeds = SeedsOption();
    private readonly Option<string[]> _faults = FaultsOption();
    private readonly Option<int?> _seed = NewOption.OptionalInteger("--seed", "Runs one seed only", 0, int.MaxValue);
    private readonly Option<bool> _trace = NewOption.Flag("--trace", "Prints what happens with --seed, or in a scenario, as a sequence diagram; of a violation the shortest schedule");
    private readonly Option<bool> _twins = NewOption.Flag(
        "--twins", "Runs the scenarios of the Twins method instead: with 4 replicas the exhaustive set, whole or those numbered by --seeds, with more a sample for each seed");

    private readonly Option<string?> _scenario = NewOption.OptionalText("--scenario", $"Runs a small fixed scenario instead: {string.Join(", ", Scenarios.Names)}", "NAME");
    private readonly Option<string?> _mermaid = NewOption.OptionalText("--mermaid", "Writes the sequence diagram of --seed or --scenario for Mermaid to a file", "FILE");
    private readonly Option<string?> _page = NewOption.OptionalText("--page", "Writes --seed or --scenario, the latter at length, as a page that a browser plays from the file", "FILE");
    private readonly Option<string?> _json = CommonOptions.Json();

    private readonly Func<IProtocolRules>? _rules;

    /// <summary>The command; tests give rules with a mistake instead of the protocol's.</summary>
    public SimulateCommand(Func<IProtocolRules>? rules = null)
        : base("simulate", "Runs clusters in virtual time with faults that a seed decides, checks every invariant at every step, and replays what breaks.")
    {
        _rules = rules;
        foreach (var option in (Option[])[_protocol, _leaders, _replicas, _seeds, _faults, _seed, _trace, _twins, _scenario, _mermaid, _page, _json])
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "hotstuff simulate --seeds 1..10000",
        "hotstuff simulate --protocol hotstuff2 --replicas 7 --faults loss,crash,disk --json simulate.json",
        "hotstuff simulate --protocol basic --seed 42 --trace",
        "hotstuff simulate --protocol hotstuff2 --twins",
        "hotstuff simulate --protocol hotstuff2 --twins --seed 81720 --trace",
        "hotstuff simulate --protocol basic --scenario view-change --trace --mermaid view-change.mmd",
        "hotstuff simulate --protocol chained --scenario view-change --page view-change.html",
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        Check(arguments);
        CommonOptions.RequireWritable(arguments, _json);
        CommonOptions.RequireWritable(arguments, _mermaid);
        CommonOptions.RequireWritable(arguments, _page);
        if (arguments.GetValue(_scenario) is { } scenario)
        {
            await RunScenarioAsync(arguments, scenario, arguments.GetRequiredValue(_protocol), cancellationToken);
            return ExitCode.Ok;
        }

        if (arguments.GetValue(_twins))
            return await RunTwinsAsync(arguments, cancellationToken);

        var spec = new WorldSpec
        {
            Protocol = arguments.GetRequiredValue(_protocol),
            Leaders = arguments.GetRequiredValue(_leaders) is var leaders and not AnyLeaders ? leaders : null,
            Replicas = arguments.GetValue(_replicas),
            Faults = arguments.GetRequiredValue(_faults),
            Rules = _rules,
        };
        var (first, last) = arguments.GetValue(_seed) is { } seed ? (seed, seed) : arguments.GetValue(_seeds);
        var range = new SeedRange(spec, first, last);
        var result = await SeedProgress.ShowAsync(range, Task.Run(() => range.Run(cancellationToken: cancellationToken), cancellationToken));
        if (arguments.GetValue(_json) is { } file)
            await JsonReport.WriteAsync(file, Report(spec, result), cancellationToken);
        if (arguments.GetValue(_seed) is { } only && IsShown(arguments))
            await ReplayAsync(arguments, spec, only, cancellationToken);
        SimulationSummary.Write(spec, result);
        if (result.Violations.Count == 0)
            return ExitCode.Ok;

        if (!arguments.GetValue(_trace))
            SimulationSummary.WriteShortest(spec, result.Violations.Keys.Min());
        throw new ProblemException($"{result.Violations.Count} of {result.Seeds} seeds break an invariant");
    }

    private bool IsShown(ParseResult arguments) => arguments.GetValue(_trace) || arguments.GetValue(_mermaid) is not null || arguments.GetValue(_page) is not null;

    private async Task RunScenarioAsync(ParseResult arguments, string scenario, string protocol, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_page) is not null)
        {
            ReplayRecorder? recorder = null;
            var events = Demonstration.Run(scenario, protocol, cluster => recorder = new ReplayRecorder(cluster));
            var title = scenario == "view-change" ? $"HotStuff, {protocol}: a dead leader" : $"HotStuff, {protocol}: commands without trouble";
            await WritePageAsync(arguments, recorder!.Finish(title, $"hotstuff simulate --protocol {protocol} --scenario {scenario} --page FILE", events), cancellationToken);
        }

        var isAsked = arguments.GetValue(_trace) || arguments.GetValue(_mermaid) is not null;
        if (isAsked || arguments.GetValue(_page) is null)
            await ShowAsync(arguments, Scenarios.Run(scenario, protocol), Scenarios.Replicas, arguments.GetValue(_trace) || arguments.GetValue(_mermaid) is null, cancellationToken);
    }

    private async Task WritePageAsync(ParseResult arguments, ReplayTrace trace, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_page) is not { } file)
            return;
        await ReplayFile.WriteAsync(file, trace, cancellationToken);
        Console.Out.WriteLine($"{file}: {trace.Duration:0} ms of virtual time with {trace.Cluster.Replicas.Count} replicas and {trace.Messages.Count} messages; open it in a browser");
    }

    private async Task<int> RunTwinsAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (protocol, replicas) = (arguments.GetRequiredValue(_protocol), arguments.GetValue(_replicas));
        var (scenarios, first) = ChooseTwins(arguments, replicas);
        var range = new TwinsRange(scenarios, first, protocol);
        var result = await SeedProgress.ShowAsync(range, Task.Run(() => range.Run(cancellationToken), cancellationToken), "scenarios");
        if (arguments.GetValue(_json) is { } file)
        {
            var report = new SimulationReport(
                protocol,
                result.Scenarios,
                result.Steps,
                result.Commits,
                [.. result.Violations.Select(found => new ViolationReport(found.Key, found.Value.Violation!.Split(':')[0], found.Value.Steps))],
                Math.Round(result.Duration.TotalSeconds, 3));
            await JsonReport.WriteAsync(file, report, cancellationToken);
        }

        if (arguments.GetValue(_seed) is not null && IsShown(arguments))
            await ReplayTwinsAsync(arguments, scenarios[0], protocol, cancellationToken);
        SimulationSummary.Write(protocol, replicas, result);
        return result.Violations.Count == 0
            ? ExitCode.Ok
            : throw new ProblemException($"{result.Violations.Count} of {result.Scenarios} scenarios break an invariant");
    }

    /// <summary>The scenarios that are asked for, and the number of the first one.</summary>
    private (IReadOnlyList<TwinsScenario> Scenarios, long First) ChooseTwins(ParseResult arguments, int replicas)
    {
        var (first, last) = arguments.GetValue(_seed) is { } seed ? (seed, seed) : arguments.GetValue(_seeds);
        if (replicas > ExhaustiveTwins)
            return ([.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => TwinsGenerator.Sampled(replicas, (replicas - 1) / 3, TwinsRounds, first + i).First())], first);
        IReadOnlyList<TwinsScenario> all = [.. TwinsGenerator.Exhaustive()];
        if (arguments.GetValue(_seed) is null && !arguments.IsGiven(_seeds))
            return (all, 1);
        return first >= 1 && last <= all.Count
            ? ([.. all.Skip((int)first - 1).Take((int)(last - first + 1))], first)
            : throw ProblemException.Usage($"the exhaustive set has no scenario {(first < 1 ? first : last)}; allowed are 1 to {all.Count}");
    }

    private async Task ReplayTwinsAsync(ParseResult arguments, TwinsScenario scenario, string protocol, CancellationToken cancellationToken)
    {
        Tracer? tracer = null;
        ReplayRecorder? recorder = null;
        var result = TwinsRun.Run(scenario, protocol, cluster => (tracer, recorder) = (new Tracer(cluster), new ReplayRecorder(cluster)));
        if (arguments.GetValue(_trace))
            SimulationSummary.Write(scenario);
        var seed = arguments.GetValue(_seed);
        var command = $"hotstuff simulate --protocol {protocol} --replicas {arguments.GetValue(_replicas)} --twins --seed {seed} --page FILE";
        await WritePageAsync(arguments, recorder!.Finish($"HotStuff, {protocol}: twins, scenario {seed}", command, tracer!.Events, result.Violation), cancellationToken);
        await ShowAsync(arguments, tracer.Events, scenario.Nodes, arguments.GetValue(_trace), cancellationToken);
    }

    private async Task ReplayAsync(ParseResult arguments, WorldSpec spec, long seed, CancellationToken cancellationToken)
    {
        var plan = Planner.Draw((ulong)seed, spec);
        var whole = World.Run(plan);
        if (whole.Violation is not null)
            plan = Shrinking.Shrink(whole).Plan;
        ReplayRecorder? recorder = null;
        var result = World.Run(plan, cluster => recorder = new ReplayRecorder(cluster), out var trace);
        if (arguments.GetValue(_trace))
            SimulationSummary.Write(plan);
        var leaders = spec.Leaders is { } chosen ? $" --leaders {chosen}" : "";
        var faults = spec.Faults.Count == FaultKinds.Names.Count ? "" : spec.Faults.Count == 0 ? " --faults none" : $" --faults {string.Join(',', spec.Faults)}";
        var command = $"hotstuff simulate --protocol {spec.Protocol} --replicas {spec.Replicas}{leaders}{faults} --seed {seed} --page FILE";
        await WritePageAsync(arguments, recorder!.Finish($"HotStuff, {spec.Protocol}: seed {seed}", command, trace, result.Violation?.Message), cancellationToken);
        await ShowAsync(arguments, trace, spec.Replicas, arguments.GetValue(_trace), cancellationToken);
    }

    private async Task ShowAsync(ParseResult arguments, IReadOnlyList<TraceEvent> trace, int replicas, bool print, CancellationToken cancellationToken)
    {
        if (print)
        {
            foreach (var line in SequenceText.Lines(trace, replicas))
                Console.Out.WriteLine(line);
        }

        if (arguments.GetValue(_mermaid) is { } file)
            await File.WriteAllLinesAsync(file, MermaidDiagram.Lines(trace, replicas), cancellationToken);
    }

    private void Check(ParseResult arguments)
    {
        if (arguments.GetValue(_scenario) is { } scenario)
        {
            if (!Scenarios.Names.Contains(scenario, StringComparer.Ordinal))
                throw ProblemException.Usage($"--scenario is '{scenario}'; allowed are {string.Join(", ", Scenarios.Names)}");
            var unfit = ((Option[])[_leaders, _replicas, _seeds, _faults, _seed, _twins, _json]).FirstOrDefault(arguments.IsGiven);
            if (unfit is not null)
                throw ProblemException.Usage($"{unfit.Name} is for worlds that a seed decides; it cannot be combined with --scenario");
            return;
        }

        if (arguments.GetValue(_twins))
        {
            var unfit = ((Option[])[_leaders, _faults]).FirstOrDefault(arguments.IsGiven);
            if (unfit is not null)
                throw ProblemException.Usage($"{unfit.Name} is for worlds that a seed decides; it cannot be combined with --twins");
            if (arguments.GetValue(_replicas) is < ExhaustiveTwins or > 10)
                throw ProblemException.Usage($"--replicas is '{arguments.GetValue(_replicas)}'; with --twins allowed are 4 to 10");
        }

        if (arguments.GetValue(_seed) is null && IsShown(arguments))
            throw ProblemException.Usage("--trace, --mermaid and --page show one run; they need --seed or --scenario");
        if (arguments.GetValue(_seed) is not null && arguments.IsGiven(_seeds))
            throw ProblemException.Usage("--seeds is for many seeds; it cannot be combined with --seed");
    }

    private static SimulationReport Report(WorldSpec spec, SeedRangeResult result) => new(
        spec.Protocol,
        result.Seeds,
        result.Counters.Steps,
        result.Counters.Commits,
        [.. result.Violations.Select(found => new ViolationReport(found.Key, found.Value.Invariant, found.Value.Step))],
        Math.Round(result.Duration.TotalSeconds, 3));

    private static Option<(long, long)> SeedsOption() => new("--seeds")
    {
        Description = "The seeds to run, both ends included",
        HelpName = "FROM..TO",
        DefaultValueFactory = _ => (1, 1000),
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var ends = text.Split("..");
            if (ends.Length == 2 && TryParse(ends[0], out var first) && TryParse(ends[1], out var last) && first <= last)
                return (first, last);
            result.AddError($"--seeds is '{text}'; allowed is FROM..TO, whole numbers from 0 to {int.MaxValue}, the first not above the last");
            return default;
        },
    };

    private static Option<string[]> FaultsOption() => new("--faults")
    {
        Description = $"What may go wrong, separated by commas: {string.Join(", ", FaultKinds.Names)}; all, or none",
        HelpName = "LIST",
        DefaultValueFactory = _ => [.. FaultKinds.Names],
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text == "all")
                return [.. FaultKinds.Names];
            if (text == "none")
                return [];
            var names = text.Split(',');
            if (names.FirstOrDefault(name => !FaultKinds.Names.Contains(name, StringComparer.Ordinal)) is { } unknown)
                result.AddError($"--faults has '{unknown}'; allowed are all, none, or some of {string.Join(", ", FaultKinds.Names)}");
            return names;
        },
    };

    private static bool TryParse(string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= int.MaxValue;

    private sealed record SimulationReport(string Protocol, long Seeds, long Steps, long Commits, IReadOnlyList<ViolationReport> Violations, double Seconds);

    private sealed record ViolationReport(long Seed, string Invariant, long Step);
}
