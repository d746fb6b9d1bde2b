using System.CommandLine;
using HotStuff.Crypto;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Experiments;
using HotStuff.Host.Measuring;
using HotStuff.Host.Rendering;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff experiment</c>: many benches, and what they come to.</summary>
internal sealed class ExperimentCommand : HostCommand
{
    // Starting and stopping a cluster, and comparing its replicas.
    private static readonly TimeSpan AroundEachRun = TimeSpan.FromSeconds(10);

    private readonly Argument<string> _file = new("FILE") { Description = "The definition, for example benchmarks/experiments/quick.json" };
    private readonly Option<string?> _out = NewOption.OptionalText("--out", "Where results go and those of earlier runs are; results/ and the experiment's name, if not given", "DIR");
    private readonly Option<int?> _repeats = NewOption.OptionalInteger("--repeats", "How often each combination is run, in place of what the definition says", 1, 1000);
    private readonly Option<string?> _only = NewOption.OptionalText("--only", "Runs only combinations with this text in their names, for example rate=100", "NAME");
    private readonly Option<int> _seed = NewOption.Integer("--seed", "Decides the order of the runs", 1, 0, int.MaxValue);
    private readonly Option<bool> _dryRun = NewOption.Flag("--dry-run", "Says what would be run, and runs nothing");
    private readonly Option<int?> _basePort = NewOption.OptionalInteger("--base-port", "Moves all ports of all runs: the first of 500", 1024, PortPlan.MaxBasePort);
    private readonly BenchCommand _bench = new();

    public ExperimentCommand()
        : base("experiment", "Runs bench with all combinations of some options, and writes raw results, tables and charts. Goes on where it was interrupted.")
    {
        Arguments.Add(_file);
        foreach (var option in (Option[])[_out, _repeats, _only, _seed, _dryRun, _basePort])
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "hotstuff experiment benchmarks/experiments/quick.json",
        "hotstuff experiment benchmarks/experiments/rates.json --out ./results/rates --repeats 5",
        "hotstuff experiment benchmarks/experiments/replicas.json --only replicas=4 --dry-run",
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var file = arguments.GetRequiredValue(_file);
        var definition = ExperimentFile.Load(file);
        var plan = ExperimentPlan.Of(definition, arguments.GetValue(_repeats) ?? definition.Repeats, arguments.GetValue(_seed), arguments.GetValue(_only));
        if (plan.Count == 0)
            throw ProblemException.Usage($"--only is '{arguments.GetValue(_only)}'; no combination of {file} has that in its name, such as {definition.Combinations()[0].Name}");
        // All of them before the first is run, so that a mistake does not wait until the night is over.
        var specs = plan.Select(run => run.Combination).DistinctBy(combination => combination.Name)
            .ToDictionary(combination => combination.Name, combination => Read(combination, file, arguments.GetValue(_basePort)), StringComparer.Ordinal);

        var expected = TimeSpan.FromSeconds(plan.Sum(run => (specs[run.Combination.Name].Warmup + specs[run.Combination.Name].Duration + AroundEachRun).TotalSeconds));
        Terminal.Line($"{definition.Name}: {definition.Description}");
        Terminal.Line($"{plan.Count} runs, about {expected:h\\:mm\\:ss}");
        if (arguments.GetValue(_dryRun))
        {
            foreach (var run in plan)
                Terminal.Line($"{run.FileName}: hotstuff bench {string.Join(' ', run.Combination.Arguments)}");
            return ExitCode.Ok;
        }

        var directory = arguments.GetValue(_out) ?? Path.Combine("results", definition.Name);
        CommonOptions.MakeDirectory(_out.Name, directory);
        var experiment = new ExperimentRun(definition, directory, combination => specs[combination.Name], BenchAsync, Terminal.Line);
        return await experiment.RunAsync(plan, cancellationToken) is > 0 and var failed
            ? throw new ProblemException($"{failed} of {plan.Count} runs failed; results.csv in {directory} says why, and removing a file in raw/ runs it again")
            : ExitCode.Ok;
    }

    private static Task<BenchOutcome> BenchAsync(BenchSpec spec, CancellationToken cancellationToken) =>
        new BenchRun(spec, tell: _ => { }, show: (work, _, _) => work).RunAsync(cancellationToken);

    private BenchSpec Read(Combination combination, string file, int? basePort)
    {
        var port = basePort is { } given ? (string[])["--base-port", $"{given}"] : [];
        var parsed = _bench.Parse([.. combination.Arguments, .. port]);
        if (parsed.Errors.Count > 0)
            throw ProblemException.Usage($"{file}: {combination.Name}: {parsed.Errors[0].Message}");
        if (_bench.Files.FirstOrDefault(parsed.IsGiven) is { } output)
            throw ProblemException.Usage($"{file}: {combination.Name}: {output.Name} is for bench alone; an experiment writes all results");
        try
        {
            return _bench.Read(parsed);
        }
        catch (ProblemException problem)
        {
            throw ProblemException.Usage($"{file}: {combination.Name}: {problem.Message}");
        }
    }
}
