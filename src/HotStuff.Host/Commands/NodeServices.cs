using System.Net;
using HotStuff.Cluster;
using HotStuff.Operator;
using HotStuff.Web;
using Serilog;

namespace HotStuff.Host.Commands;

/// <summary>What a node offers to people beside its replica: pages, health and metrics, the port for operator commands, and traces. Ends before the replica does.</summary>
internal sealed class NodeServices : IAsyncDisposable
{
    private IDisposable? _traces;
    private WebServer? _web;
    private CommandHost? _commands;

    private NodeServices(IDisposable? traces) => _traces = traces;

    /// <param name="node">The node, which serves already.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="control">The process's log.</param>
    /// <param name="kill">Ends the process at once.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<NodeServices> StartAsync(IOperatedNode node, NodeSettings settings, ILogControl control, Action kill, CancellationToken cancellationToken)
    {
        var services = new NodeServices(TraceExport.Start(settings.Traces, node.Self));
        try
        {
            if (settings.Http.Enabled)
                await services.StartWebAsync(node, settings.Http, cancellationToken);
            if (settings.Commands.Enabled)
                await services.StartCommandsAsync(new OperatorContext(node, control, kill), settings.Commands, cancellationToken);
            return services;
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends all of it; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _commands, null) is { } commands)
            await commands.DisposeAsync();
        if (Interlocked.Exchange(ref _web, null) is { } web)
            await web.DisposeAsync();
        Interlocked.Exchange(ref _traces, null)?.Dispose();
    }

    private async Task StartWebAsync(IOperatedNode node, HttpSettings settings, CancellationToken cancellationToken)
    {
        _web = await WebServer.StartAsync(settings, node, cancellationToken);
        Log.Information("page, health and metrics on {Address:l}", _web.Address.ToString());
    }

    private async Task StartCommandsAsync(OperatorContext context, CommandSettings settings, CancellationToken cancellationToken)
    {
        var options = CommandHostOptions.From(settings, context.Node.Genesis.Validators[context.Node.Self.Index].Address.Ports.Command);
        _commands = await CommandHost.StartAsync(options, OperatorPalettes.Catalog, context, cancellationToken);
        Log.Information("operator commands on {Address:l}", _commands.LocalEndPoint.ToString());
        if (options.Security is null && !IPAddress.IsLoopback(_commands.LocalEndPoint.Address))
            Log.Warning("operator commands come from other machines without TLS (hotstuff.commands.certificate-file): who sees the traffic sees the token");
    }
}
