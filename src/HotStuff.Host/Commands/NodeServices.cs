using System.Net;
using HotStuff.Cluster;
using HotStuff.Operator;
using Serilog;

namespace HotStuff.Host.Commands;

/// <summary>What a node offers to people beside its replica: the port for operator commands. Ends before the replica does.</summary>
internal sealed class NodeServices : IAsyncDisposable
{
    private readonly CommandHost? _commands;

    private NodeServices(CommandHost? commands) => _commands = commands;

    /// <param name="node">The node, which serves already.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="control">The process's log.</param>
    /// <param name="kill">Ends the process at once.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<NodeServices> StartAsync(IOperatedNode node, NodeSettings settings, ILogControl control, Action kill, CancellationToken cancellationToken)
    {
        if (!settings.Commands.Enabled)
            return new NodeServices(commands: null);

        var options = CommandHostOptions.From(settings.Commands, node.Genesis.Validators[node.Self.Index].Address.Ports.Command);
        var commands = await CommandHost.StartAsync(options, OperatorPalettes.Catalog, new OperatorContext(node, control, kill), cancellationToken);
        Log.Information("operator commands on {Address:l}", commands.LocalEndPoint.ToString());
        if (options.Security is null && !IPAddress.IsLoopback(commands.LocalEndPoint.Address))
            Log.Warning("operator commands come from other machines without TLS (hotstuff.commands.certificate-file): who sees the traffic sees the token");
        return new NodeServices(commands);
    }

    public ValueTask DisposeAsync() => _commands?.DisposeAsync() ?? ValueTask.CompletedTask;
}
