using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using HotStuff.Client;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.StateMachine;

namespace HotStuff.Cluster.Tests;

/// <summary>The nodes of one chain, with real ports, in this process.</summary>
internal sealed class TestNodes : IAsyncDisposable
{
    private static int _lastRange;

    private readonly IReadOnlyList<ReplicaKeys> _keys;
    private readonly Dictionary<int, ReplicaNode> _nodes = [];

    public TestNodes(int replicas, ProtocolLimits? limits = null)
    {
        var ports = FreePorts(replicas);
        (Genesis, _keys) = KeyGenerator.Generate("nodes", replicas, ports.Local, limits ?? Samples.Limits);
        Directory = System.IO.Directory.CreateTempSubdirectory("hotstuff-nodes-").FullName;
    }

    public Genesis Genesis { get; }

    public string Directory { get; }

    public IReadOnlyDictionary<int, ReplicaNode> Nodes => _nodes;

    public async Task<ReplicaNode> StartAsync(
        int index, string settings = "", IStateMachine? machine = null, Func<IReplicaSigner, IReplicaSigner>? signer = null, bool durable = false)
    {
        var config = ConfigurationFactory.ParseString($$"""
            hotstuff {
              log-level = off
              durability = {{(durable ? "os" : "memory")}}
              data-directory = "{{Path.Combine(Directory, $"r{index}")}}"
              ops { enabled = off, leave-timeout = 5 s }
            }
            """).WithFallback(NodeConfiguration.Reference);
        var own = (IReplicaSigner)_keys[index].CreateSigner();
        var node = await ReplicaNode.StartAsync(
            NodeSettings.From(ConfigurationFactory.ParseString($"hotstuff {{ {settings} }}").WithFallback(config)),
            Genesis,
            signer?.Invoke(own) ?? own,
            machine ?? new KeyValueStore(),
            []);
        _nodes[index] = node;
        return node;
    }

    public Task<HotStuffClient> ConnectAsync() =>
        HotStuffClient.ConnectAsync(new ClientOptions { Genesis = Genesis, ConnectTimeout = TimeSpan.FromSeconds(20) });

    /// <summary>What the replicas say of themselves, with their digests.</summary>
    public Task<IReadOnlyList<NodeStatus?>> StatusAsync() => HotStuffClient.AskStatusAsync(Genesis, includeDigest: true, TimeSpan.FromSeconds(5));

    /// <summary>Whether the consensus, client and ops ports of a replica can be listened on.</summary>
    public bool PortsAreFree(int index)
    {
        var ports = Genesis.Validators[index].Address.Ports;
        return IsFree(ports.Consensus) && IsFree(ports.Client) && IsFree(ports.Ops);
    }

    public static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "it did not come to pass");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Values.Select(node => node.StopAsync()));
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>
    /// A range whose ports for so many replicas are all free now: below those that the system gives to outgoing connections, so that none of them is taken away
    /// between the look and the use, and another range for each call.
    /// </summary>
    private static PortPlan FreePorts(int replicas)
    {
        while (true)
        {
            var range = (Environment.ProcessId + Interlocked.Increment(ref _lastRange)) % 24;
            var plan = PortPlan.From(20_000 + (500 * range));
            if (Enumerable.Range(0, replicas).Select(plan.Of).All(ports => IsFree(ports.Consensus) && IsFree(ports.Client) && IsFree(ports.Ops)))
                return plan;
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
