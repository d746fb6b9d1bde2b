using System.Net.Sockets;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Tools.PublishSubscribe;
using Akka.Configuration;

namespace HotStuff.Cluster;

/// <summary>
/// The ActorSystem <c>ops</c>: an Akka.Cluster of all nodes, for operators and dashboards. Membership is a convenience for people. Any member can
/// down any other, so nothing in consensus asks who is a member.
/// </summary>
public sealed class OpsSystem
{
    /// <summary>The system's name, part of every address.</summary>
    public const string Name = "ops";

    private readonly OpsMembers.Listing _listing = new();
    private readonly TimeSpan _leaveTimeout;

    private OpsSystem(ActorSystem system, TimeSpan leaveTimeout)
    {
        System = system;
        Cluster = Akka.Cluster.Cluster.Get(system);
        _leaveTimeout = leaveTimeout;
        system.ActorOf(OpsMembers.Props(_listing), "members");
        // Leaving, or being downed by somebody, ends the membership and not the node; it may join again.
        Cluster.RegisterOnMemberRemoved(() => _ = system.Terminate());
    }

    /// <summary>Whether the node has left the cluster, or was downed.</summary>
    public bool HasEnded => System.WhenTerminated.IsCompleted;

    /// <summary>The ActorSystem, for operator commands.</summary>
    public ActorSystem System { get; }

    /// <summary>The members as this node sees them, ordered by address.</summary>
    public IReadOnlyList<OpsMember> Members => _listing.Members;

    /// <summary>What changes among the members, one line each; complete when the membership is over.</summary>
    public Broadcast<string> Changes => _listing.Changes;

    /// <summary>Where this node is in the cluster: <c>akka.tcp://ops@host:port</c>.</summary>
    public string Address => Cluster.SelfAddress.ToString();

    /// <summary>Which member leads the cluster as this node sees it, which has nothing to do with leading a view; null when it sees none.</summary>
    public string? Leader => Cluster.State.Leader?.ToString();

    private Akka.Cluster.Cluster Cluster { get; }

    /// <summary>Starts the system and lets it join; it listens when this returns, and is a member some time later.</summary>
    /// <param name="settings">The node's settings.</param>
    /// <param name="host">This node's host in the genesis file, for when the settings name none.</param>
    /// <param name="port">This node's ops port in the genesis file, for when the settings name none.</param>
    /// <param name="seeds">host:port of the first two validators' ops ports, for when the settings name no seeds.</param>
    /// <param name="loggers">Class names of Akka loggers; null for Akka's own, which writes to the console.</param>
    /// <param name="role">What the member is: a <c>replica</c>, or a <c>seed</c> that is nothing else.</param>
    /// <exception cref="SettingsException">The port cannot be listened on.</exception>
    public static OpsSystem Start(NodeSettings settings, string host, int port, IReadOnlyList<string> seeds, IReadOnlyList<string>? loggers = null, string role = "replica")
    {
        var ops = settings.Ops;
        host = ops.Host ?? host;
        port = ops.Port == 0 ? port : ops.Port;
        if (ops.Seeds.Count > 0)
            seeds = ops.Seeds;

        var config = ConfigurationFactory.ParseString($$"""
            akka.loglevel = {{settings.LogLevel.ToUpperInvariant()}}
            {{(loggers is null ? "" : $"akka.loggers = [{Quoted(loggers)}]")}}
            akka.remote.dot-netty.tcp {
              hostname = "{{ops.BindHost ?? host}}"
              public-hostname = "{{host}}"
              port = {{port}}
            }
            akka.cluster.seed-nodes = [{{Quoted(seeds.Select(seed => $"akka.tcp://{Name}@{seed}"))}}]
            akka.cluster.roles = ["{{role}}"]
            akka.cluster.app-version = "{{typeof(OpsSystem).Assembly.GetName().Version?.ToString(3)}}"
            """).WithFallback(NodeConfiguration.Resource("ops.conf")).WithFallback(DistributedPubSub.DefaultConfig());
        try
        {
            var system = ActorSystem.Create(Name, ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config), QuietRemoting.Setup));
            return new OpsSystem(system, ops.LeaveTimeout);
        }
        catch (Exception exception) when (Causes.Find<SocketException>(exception) is { } cause)
        {
            throw ListenProblem.Of("ops", ListenProblem.HostKey(ops.Host, ops.BindHost), ops.BindHost ?? host, port, cause);
        }
    }

    /// <summary>
    /// Leaves the cluster and ends the system. When leaving takes longer than the settings allow (it needs the other members to agree) the system ends without
    /// it, and the others see this node as unreachable.
    /// </summary>
    public async Task LeaveAsync()
    {
        using var timeout = new CancellationTokenSource(_leaveTimeout);
        try
        {
            await Cluster.LeaveAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // Out of time, as announced.
        }

        await System.Terminate();
    }

    /// <summary>Asks another member to leave. It is gone when all members have agreed.</summary>
    public void Leave(OpsMember member) => Cluster.Leave(Akka.Actor.Address.Parse(member.Address));

    /// <summary>Removes a member, whether it runs or not. What it does in consensus goes on.</summary>
    public void Down(OpsMember member) => Cluster.Down(Akka.Actor.Address.Parse(member.Address));

    private static string Quoted(IEnumerable<string> values) => string.Join(", ", values.Select(value => $"\"{value}\""));
}
