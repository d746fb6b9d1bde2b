using System.Collections;
using System.CommandLine;
using HotStuff.Cluster;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Local;
using HotStuff.Host.Logging;
using HotStuff.Operator;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff seed</c>: a seed of the operators' cluster without a replica, as Akka.NET's Lighthouse is one.</summary>
internal sealed class SeedCommand : HostCommand
{
    private const int CommandPort = 9110;

    private readonly Option<string?> _config = NewOption.OptionalText("--config", "A node's HOCON file, of which the sections ops and commands count", "FILE");
    private readonly Option<string?> _host = NewOption.OptionalText("--host", "The name or address under which members reach it (hotstuff.ops.host, CLUSTER_IP)", "HOST");
    private readonly Option<string?> _bindHost = NewOption.OptionalText("--bind-host", "The name or address to listen on (hotstuff.ops.bind-host)", "HOST");
    private readonly Option<int?> _port = NewOption.OptionalInteger("--port", "The port (hotstuff.ops.port, CLUSTER_PORT); 4053 if nobody says", 1, 65_535);
    private readonly Option<string?> _seeds = NewOption.OptionalText("--seeds", "All seeds, separated by commas, the first first (hotstuff.ops.seeds, CLUSTER_SEEDS); itself if nobody says", "LIST");

    public SeedCommand()
        : base("seed", "Runs a seed of the operators' cluster without a replica until SIGTERM or Ctrl-C.")
    {
        foreach (var option in (Option[])[_config, _host, _bindHost, _port, _seeds])
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "hotstuff seed",
        "hotstuff seed --host seed-1.example --bind-host 0.0.0.0 --seeds seed-1.example:4053,seed-2.example:4053",
        "CLUSTER_IP=seed-1.example CLUSTER_SEEDS=seed-1.example:4053 hotstuff seed",
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var settings = NodeSettings.From(NodeConfiguration.Load(
            arguments.GetValue(_config), Translate(Environment.GetEnvironmentVariables()), KeysGiven(arguments)));
        var control = new LogControl(settings.LogLevel);
        await using var log = NodeLog.Create(control, "seed", file: null);
        await using var seed = OpsSeed.Start(settings, [AkkaToSerilog.TypeName]);
        await using var commands = settings.Commands.Enabled
            ? await CommandHost.StartAsync(
                CommandHostOptions.From(settings.Commands, CommandPort), OperatorPalettes.WithoutReplica, new OperatorContext(seed, control, ProcessSignals.KillSelf), cancellationToken)
            : null;
        log.Information("ready: seed {Address:l}, pid {Pid}", seed.Ops?.Address ?? "", Environment.ProcessId);
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        log.Information("stopping");
        return ExitCode.Ok;
    }

    /// <summary>The environment with the variables that containers of Lighthouse know in our words.</summary>
    internal static IDictionary Translate(IDictionary environment)
    {
        var translated = new Hashtable(environment, StringComparer.Ordinal);
        Set("CLUSTER_IP", "HOTSTUFF__OPS__HOST");
        Set("CLUSTER_PORT", "HOTSTUFF__OPS__PORT");
        Set("CLUSTER_SEEDS", "HOTSTUFF__OPS__SEEDS");
        return translated;

        void Set(string lighthouse, string ours)
        {
            // Seeds stand there with the system's name: akka.tcp://ops@host:port.
            if (environment[lighthouse] is string { Length: > 0 } value && environment[ours] is null)
                translated[ours] = string.Join(',', value.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries).Select(seed => seed.Trim('"').Split('@')[^1]));
        }
    }

    private Dictionary<string, string> KeysGiven(ParseResult arguments)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        Set("hotstuff.ops.host", arguments.GetValue(_host));
        Set("hotstuff.ops.bind-host", arguments.GetValue(_bindHost));
        Set("hotstuff.ops.port", arguments.GetValue(_port)?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Set("hotstuff.ops.seeds", arguments.GetValue(_seeds));
        return keys;

        void Set(string key, string? value)
        {
            if (value is not null)
                keys[key] = value;
        }
    }
}
