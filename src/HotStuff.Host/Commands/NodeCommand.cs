using System.CommandLine;
using HotStuff.Cluster;
using HotStuff.Crypto;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Local;
using HotStuff.Host.Logging;
using HotStuff.Simulation;
using HotStuff.Web;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff node</c>: one replica of the key-value store.</summary>
internal sealed class NodeCommand : HostCommand
{
    // A node that was asked to stop and does not is worse than one that was killed: its parent waits.
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(8);

    private readonly Option<string?> _config = NewOption.OptionalText("--config", "The node's HOCON file; hocon/hotstuff.conf lists all keys", "FILE");
    private readonly Option<string?> _genesis = NewOption.OptionalText("--genesis", "The genesis file (hotstuff.genesis-file)", "FILE");
    private readonly Option<string?> _key = NewOption.OptionalText("--key", "The replica's private keys (hotstuff.key-file)", "FILE");
    private readonly Option<string?> _data = NewOption.OptionalText("--data", "Where blocks and the safety record are kept (hotstuff.data-directory)", "DIR");
    private readonly Option<string?> _logFile = NewOption.OptionalText("--log-file", "Writes the log to a file instead of the console", "FILE");
    private readonly Option<bool> _parentPipe = NewOption.Flag("--parent-pipe", "Stops when standard input ends");

    private readonly Option<string?> _misbehave = NewOption.OptionalChoice(
        "--misbehave", "Makes this replica Byzantine, for demonstrations", "BEHAVIOUR", [.. Behaviours.WithoutDelays]);

    private readonly Option<DeathPoint?> _dieAt = DieAtOption();

    public NodeCommand()
        : base("node", "Runs one replica until SIGTERM or Ctrl-C. Every HOCON key can also be set by an environment variable (HOTSTUFF__...).")
    {
        foreach (var option in (Option[])[_config, _genesis, _key, _data, _logFile, _parentPipe, _misbehave, _dieAt])
            Options.Add(option);
        // For the commands that start replicas.
        _logFile.Hidden = true;
        _parentPipe.Hidden = true;
        _misbehave.Hidden = true;
        _dieAt.Hidden = true;
    }

    public override IReadOnlyList<string> Examples =>
    [
        "hotstuff node --config replica.conf --genesis genesis.json --key replica-0.key --data ./data-0",
        "HOTSTUFF__DURABILITY=os hotstuff node --genesis genesis.json --key replica-0.key --data ./data-0",
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (arguments.GetValue(_parentPipe))
            ParentPipe.Watch(stop);

        var settings = NodeSettings.From(NodeConfiguration.Load(
            arguments.GetValue(_config), Environment.GetEnvironmentVariables(), KeysGiven(arguments)));
        var genesis = Genesis.Load(settings.GenesisFile);
        using var signer = ReplicaKeyFile.Load(settings.KeyFile, genesis);
        using var keyLock = KeyLock.Acquire(settings.KeyFile);
        await using var log = NodeLog.Create(settings.LogLevel, signer.Replica.ToString(), arguments.GetValue(_logFile));

        var misbehaviour = arguments.GetValue(_misbehave);
        if (misbehaviour is not null)
            log.Warning("this replica is Byzantine on purpose: {Behaviour:l}", misbehaviour);
        await using var node = await NodeStarter.StartAsync(settings, genesis, signer, misbehaviour, arguments.GetValue(_dieAt), stop.Token);
        await using var web = settings.Http.Enabled ? await WebServer.StartAsync(settings.Http, node, stop.Token) : null;
        using var traces = TraceExport.Start(settings.Traces, signer.Replica);
        var address = genesis.Validators[signer.Replica.Index].Address;
        log.Information("ready: {Chain:l}, pid {Pid}, clients on {Host:l}:{Port}", genesis.ToString(), Environment.ProcessId, address.Host, address.Ports.Client);
        if (web is not null)
            log.Information("page, health and metrics on {Address:l}", web.Address.ToString());

        await Task.WhenAny(node.WhenStopped, Task.Delay(Timeout.Infinite, stop.Token));
        if (node.WhenStopped.IsCompleted)
            return (await node.WhenStopped).Failure is { } reason ? throw new ProblemException($"replica {signer.Replica} stopped: {reason}") : ExitCode.Ok;

        log.Information("stopping");
        try
        {
            await node.StopAsync().WaitAsync(StopBound, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            throw new ProblemException($"replica {signer.Replica} did not stop within {StopBound.TotalSeconds:0} s and was ended");
        }

        log.Information("stopped");
        return ExitCode.Ok;
    }

    private static Option<DeathPoint?> DieAtOption() => new("--die-at")
    {
        Description = "Kills this process at one of its writes",
        HelpName = "POINT:N",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DeathPoint.TryParse(text) is { } death)
                return death;
            result.AddError($"--die-at is '{text}'; allowed is POINT:N, N from 1 up, POINT one of {string.Join(", ", DeathPoint.Names)}");
            return null;
        },
    };

    private Dictionary<string, string> KeysGiven(ParseResult arguments)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        Set("hotstuff.genesis-file", _genesis);
        Set("hotstuff.key-file", _key);
        Set("hotstuff.data-directory", _data);
        return keys;

        void Set(string key, Option<string?> option)
        {
            if (arguments.GetValue(option) is { } value)
                keys[key] = value;
        }
    }
}
