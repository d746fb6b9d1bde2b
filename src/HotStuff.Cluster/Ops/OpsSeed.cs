using Akka.Actor;

namespace HotStuff.Cluster;

/// <summary>A process that does nothing but be a seed of the operators' cluster, so that replicas may come and go and the others still find it.</summary>
public sealed class OpsSeed : IOpsMember, IAsyncDisposable
{
    /// <summary>The port of seeds that say no other.</summary>
    public const int DefaultPort = 4053;

    private readonly Lock _lock = new();
    private readonly Func<OpsSystem> _start;
    private OpsSystem _ops;

    private OpsSeed(Func<OpsSystem> start)
    {
        _start = start;
        _ops = start();
    }

    /// <inheritdoc/>
    public OpsSystem? Ops => _ops is { HasEnded: false } ops ? ops : null;

    /// <inheritdoc/>
    public IReadOnlyList<ActorSystem> Systems => Ops is { } ops ? [ops.System] : [];

    /// <summary>Starts one; it listens when this returns.</summary>
    /// <param name="settings">Of which the section <c>ops</c> counts, and the level of the log. Without seeds it is the only one.</param>
    /// <param name="loggers">Class names of Akka loggers; null for Akka's own, which writes to the console.</param>
    /// <exception cref="SettingsException">The port cannot be listened on.</exception>
    public static OpsSeed Start(NodeSettings settings, IReadOnlyList<string>? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (host, port) = (settings.Ops.Host ?? "127.0.0.1", settings.Ops.Port == 0 ? DefaultPort : settings.Ops.Port);
        return new OpsSeed(() => OpsSystem.Start(settings, host, port, [$"{host}:{port}"], loggers, role: "seed"));
    }

    /// <inheritdoc/>
    public bool JoinOps()
    {
        lock (_lock)
        {
            if (Ops is not null)
                return false;
            _ops = _start();
            return true;
        }
    }

    /// <summary>Leaves the cluster.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Ops is { } ops)
            await ops.LeaveAsync();
    }
}
