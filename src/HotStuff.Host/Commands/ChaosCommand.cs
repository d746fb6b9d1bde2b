using System.CommandLine;
using System.Globalization;
using HotStuff.Host.Chaos;
using HotStuff.Host.Chaos.Network;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Local;
using HotStuff.Host.Measuring;
using HotStuff.Host.Rendering;
using HotStuff.Simulation;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff chaos</c>: real processes that are killed, frozen and robbed of their disks, by a schedule that a seed decides.</summary>
internal sealed class ChaosCommand : HostCommand
{
    // Snapshots within a few rounds, and view changes in less time than a process takes to start.
    private const int SnapshotBlocks = 64;
    private const int TimeoutMs = 200;

    private static readonly TimeSpan ReadyBound = TimeSpan.FromSeconds(60);

    private readonly ClusterOptions _cluster = new(SnapshotBlocks);
    private readonly Option<int> _rounds = NewOption.Integer("--rounds", "How many rounds", 50, 1, 1_000_000);
    private readonly Option<int> _seed = NewOption.Integer("--seed", "Decides what is done in which round", 1, 0, int.MaxValue);
    private readonly Option<int> _checkEvery = NewOption.Integer("--check-every", "After how many rounds everything comes to rest and is compared", 10, 1, 1000);
    private readonly Option<string[]> _faults = NewOption.Several("--faults", "What may happen", [.. ChaosSchedule.Kinds]);
    private readonly Option<bool> _network = NewOption.Flag(
        "--network", "Gives each replica a network namespace of its own, joined by a switch that cuts, delays and loses; needs Linux and root");

    private readonly Option<int> _clients = NewOption.Integer("--clients", "Client sessions", 4, 1, 100);
    private readonly Option<string?> _directory = NewOption.OptionalText(
        "--dir", "A new directory for keys, data, logs and what fails, which stays; without it a temporary one, which stays only after a failure", "DIR");

    private readonly Option<string?> _json = CommonOptions.Json();

    public ChaosCommand()
        : base("chaos", "Kills, freezes and damages replicas under load, round after round by a seed, and checks that nothing is lost, nothing runs twice and all agree.")
    {
        foreach (var option in (Option[])[_rounds, _seed, _faults, _network, _checkEvery, _clients, _directory])
            Options.Add(option);
        _cluster.AddTo(this);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "hotstuff chaos",
        "hotstuff chaos --rounds 1000 --seed 7 --dir ./chaos --json chaos.json",
        "hotstuff chaos --faults die,damage --seed 3",
        "hotstuff chaos --network --faults isolate,split,weather,kill",
        "hotstuff chaos --replicas 7 --protocol hotstuff2 --signatures bls --durability os",
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        // Half of what a start costs, and nothing that a round tests, is the operators' cluster.
        var spec = _cluster.Read(arguments);
        spec = spec with { Ops = false, Http = false, Commands = false, TimeoutMs = spec.TimeoutMs ?? TimeoutMs };
        Check(arguments, spec);
        CommonOptions.RequireWritable(arguments, _json);

        await using var lab = arguments.GetValue(_network) ? await NetworkLab.CreateAsync(spec.Replicas) : null;
        await using var cluster = LocalCluster.Create(
            lab is null ? spec : spec with { Hosts = lab.AddressOf }, path: arguments.GetValue(_directory), launcher: lab is null ? null : NetworkLab.LauncherOf);
        cluster.KeepFiles = arguments.GetValue(_directory) is not null;
        await cluster.StartAsync(ReadyBound, cancellationToken);
        Terminal.Line($"{spec.Replicas} replicas run ({spec.Protocol}, {spec.Signatures}, {spec.Durability}, {string.Join(", ", cluster.Genesis.Committee.Members.Select(id => $"{id} pid {cluster.ProcessId(id)}"))}); files in {cluster.Directory.Root}");

        var seed = (ulong)arguments.GetValue(_seed);
        await using var load = await ChaosLoad.ConnectAsync(cluster.Genesis, arguments.GetValue(_clients), seed, cancellationToken);
        var run = new ChaosRun(cluster, load, seed, Faults(arguments), lab?.Switch, Terminal.Line);
        string? failure = null;
        try
        {
            await run.RunAsync(arguments.GetValue(_rounds), arguments.GetValue(_checkEvery), cancellationToken);
        }
        catch (ProblemException problem)
        {
            failure = problem.Message;
        }

        var report = run.Report(spec, failure);
        Terminal.Line(Summary(report));
        if (arguments.GetValue(_json) is { } file)
            await JsonReport.WriteAsync(file, report, cancellationToken);
        if (failure is null)
            return ExitCode.Ok;

        cluster.KeepFiles = true;
        await File.WriteAllLinesAsync(Path.Combine(cluster.Directory.Root, "history.txt"), load.History.OrderBy(operation => operation.Invoked).Select(KeyModel.Describe), cancellationToken);
        throw new ProblemException($"{failure} (logs, data and history.txt are in {cluster.Directory.Root}; replay: {Replay(arguments, spec)})");
    }

    private static string Summary(ChaosReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"{report.Rounds} rounds of seed {report.Seed} in {report.Seconds:0} s ({string.Join(", ", report.Actions.Select(action => $"{action.Value} {action.Key}"))}; {report.Refusals} damaged disks refused): {report.Committed:N0} commands answered, {report.Unanswered} not; {report.Judged:N0} judged in {report.Checks} {(report.Checks == 1 ? "check" : "checks")}; answers came after {report.ProgressMeanMs:0} ms on average, {report.ProgressMaxMs:0} ms at most");

    private string[] Asked(ParseResult arguments) => arguments.IsGiven(_faults) ? arguments.GetRequiredValue(_faults) : [.. ChaosSchedule.Kinds];

    /// <summary>What may happen: without a network of its own, nothing that needs one.</summary>
    private string[] Faults(ParseResult arguments) =>
        arguments.GetValue(_network) ? Asked(arguments) : [.. Asked(arguments).Except(ChaosSchedule.NetworkKinds, StringComparer.Ordinal)];

    private string Replay(ParseResult arguments, ClusterSpec spec)
    {
        var given = ((Option[])[_faults, _cluster.Protocol, _cluster.Signatures, _cluster.Leaders, _cluster.Durability, _cluster.SnapshotBlocks, _cluster.Batch, _cluster.Timeout, _clients, _checkEvery])
            .Where(arguments.IsGiven)
            .Select(option => $" {option.Name} {arguments.GetResult(option)!.Tokens[0].Value}");
        return $"hotstuff chaos --replicas {spec.Replicas} --seed {arguments.GetValue(_seed)} --rounds {arguments.GetValue(_rounds)}{(arguments.GetValue(_network) ? $" {_network.Name}" : "")}{string.Concat(given)}";
    }

    private void Check(ParseResult arguments, ClusterSpec spec)
    {
        if (OperatingSystem.IsWindows())
            throw ProblemException.Usage("chaos needs SIGSTOP and SIGCONT, which Windows does not have");
        if (spec.Replicas < 4)
            throw ProblemException.Usage($"--replicas is '{spec.Replicas}'; a cluster that survives a killed replica has 4 or more");
        if (spec.Durability == "memory")
            throw ProblemException.Usage("--durability is 'memory'; allowed are fsync, os, because a replica that forgets its votes must not come back");
        var faults = Asked(arguments);
        if (!arguments.GetValue(_network) && faults.Length < ChaosSchedule.Kinds.Count && faults.Intersect(ChaosSchedule.NetworkKinds, StringComparer.Ordinal).Any())
            throw ProblemException.Usage($"--faults is '{string.Join(',', faults)}'; {string.Join(", ", ChaosSchedule.NetworkKinds)} need --network");
        if (arguments.GetValue(_directory) is not { } directory)
            return;
        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
            throw ProblemException.Usage($"--dir is '{directory}', where there is something already; allowed is a new or empty directory");
        CommonOptions.MakeDirectory("--dir", directory);
    }
}
