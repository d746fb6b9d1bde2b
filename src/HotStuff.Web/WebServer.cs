using System.Net;
using System.Net.Sockets;
using HotStuff.Cluster;
using HotStuff.Crypto;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HotStuff.Web;

/// <summary>
/// The HTTP port of a node: the live page, health, metrics, an API to read, and (when the settings want it) a gateway for commands. Who may do what: <see cref="AccessRule"/>.
/// </summary>
public sealed class WebServer : IAsyncDisposable
{
    private const int MaxConnections = 256;
    private const int RoomForHeaders = 64 * 1024;

    // Those who watch the page would never go.
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(1);

    private readonly WebApplication _application;
    private readonly MetricsExport _metrics;
    private readonly IGatewayClient? _gateway;

    private WebServer(WebApplication application, MetricsExport metrics, IGatewayClient? gateway, Uri address)
    {
        _application = application;
        _metrics = metrics;
        _gateway = gateway;
        Address = address;
    }

    /// <summary>Where the page is.</summary>
    public Uri Address { get; }

    /// <summary>Starts serving; it listens when this returns.</summary>
    /// <param name="settings">The port's settings.</param>
    /// <param name="node">The node that is shown.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="SettingsException">The address cannot be listened on.</exception>
    /// <exception cref="ConfigurationProblemException">The token cannot be read.</exception>
    public static Task<WebServer> StartAsync(HttpSettings settings, IOperatedNode node, CancellationToken cancellation = default) => StartAsync(
        settings,
        node,
        settings.Port == 0 ? node.Genesis.Validators[node.Self.Index].Address.Ports.Http : settings.Port,
        settings.Gateway ? new GatewayClient(node.Genesis) : null,
        TimeProvider.System,
        cancellation);

    /// <summary>The same with all that tests replace.</summary>
    /// <param name="settings">The port's settings.</param>
    /// <param name="node">The node that is shown.</param>
    /// <param name="port">The port to listen on; 0 for any that is free.</param>
    /// <param name="gateway">What takes commands; null: nothing does. Disposed with the server.</param>
    /// <param name="time">Where time comes from.</param>
    /// <param name="cancellation">Gives up starting.</param>
    internal static async Task<WebServer> StartAsync(
        HttpSettings settings, IOperatedNode node, int port, IGatewayClient? gateway, TimeProvider time, CancellationToken cancellation = default)
    {
        var token = settings.TokenFile is { } file ? AccessToken.Load(file) : null;
        var addresses = await ResolveAsync(settings.Host, port, cancellation);
        var application = Build(node, addresses, port);
        var observer = new NodeObserver(node, time);
        var feed = new LiveFeed(node, observer, time, application.Lifetime.ApplicationStopping);
        var metrics = new MetricsExport(new NodeMetrics(node, observer, () => feed.Watchers));

        var access = new AccessMiddleware(new AccessRule(token, settings.Host, $"hotstuff-{node.Self}"));
        application.UseExceptionHandler();
        application.UseStatusCodePages();
        application.UseRouting();
        application.Use(access.InvokeAsync);
        PageEndpoints.Map(application);
        ApiEndpoints.Map(application, node, observer, feed);
        metrics.Map(application, "/metrics");
        if (gateway is not null)
            GatewayEndpoints.Map(application, gateway, node.Genesis);
        else
            GatewayEndpoints.MapOff(application);
        application.MapOpenApi("/openapi.json");

        var server = new WebServer(application, metrics, gateway, new UriBuilder(Uri.UriSchemeHttp, settings.Host, port).Uri);
        try
        {
            await application.StartAsync(cancellation);
        }
        catch (Exception exception)
        {
            await server.DisposeAsync();
            if (Causes.Find<SocketException>(exception) is { } cause)
                throw ListenProblem.Of("http", "host", settings.Host, port, cause);
            throw;
        }

        return server;
    }

    /// <summary>Stops serving.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        _metrics.Dispose();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
    }

    /// <summary>The host as it is: no settings of its own from files and environment, no log, and no say in when the process ends.</summary>
    private static WebApplication Build(IOperatedNode node, IReadOnlyList<IPAddress> addresses, int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "hotstuff" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
            kestrel.Limits.MaxRequestBodySize = node.Genesis.Limits.MaxCommandBytes + RoomForHeaders;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            foreach (var address in addresses)
                kestrel.Listen(address, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton<IHostLifetime, NodeLifetime>();
        builder.Services.AddRoutingCore();
        // The number that it would add is found again in no log.
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = problem => problem.ProblemDetails.Extensions.Remove("traceId"));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, WebJson.Default));
        builder.Services.AddOpenApi(description => description.AddDocumentTransformer((document, _, _) =>
        {
            (document.Info.Title, document.Info.Version) = ("A node of HotStuff.Akka", typeof(WebServer).Assembly.GetName().Version?.ToString(3));
            return Task.CompletedTask;
        }));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopBound);
        return builder.Build();
    }

    /// <summary>Leaves signals to the node.</summary>
    private sealed class NodeLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, int port, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var address))
            return [address];
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellation);
        }
        catch (SocketException exception)
        {
            throw ListenProblem.Of("http", "host", host, port, exception);
        }
    }
}
