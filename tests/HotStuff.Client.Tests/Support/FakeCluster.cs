using HotStuff.Cluster.Clients;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Client.Tests.Support;

/// <summary>Four replicas on loopback whose consensus is this object.</summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private readonly List<ReplicaSigner> _signers = [];

    private FakeCluster(Genesis genesis) => Genesis = genesis;

    /// <summary>The genesis of the replicas, at the ports they have.</summary>
    public Genesis Genesis { get; private set; }

    public List<FakeReplica> Replicas { get; } = [];

    public FakeReplica this[int index] => Replicas[index];

    public static async Task<FakeCluster> StartAsync(
        string chain = "test", ProtocolLimits? limits = null, Func<ClientListenerOptions, ClientListenerOptions>? configure = null)
    {
        var (genesis, keys) = KeyGenerator.Generate(chain, 4, limits: limits);
        var cluster = new FakeCluster(genesis);
        foreach (var key in keys)
        {
            var signer = key.CreateSigner();
            cluster._signers.Add(signer);
            var replica = new FakeReplica(cluster, signer);
            cluster.Replicas.Add(replica);
            var options = cluster.ListenerOptions(key.Replica.Index);
            await replica.StartAsync(configure?.Invoke(options) ?? options);
        }

        cluster.Genesis = cluster.Relocated(i => cluster[i].Listener.LocalEndPoint.Port);
        return cluster;
    }

    public ClientListenerOptions ListenerOptions(int replica) =>
        new() { Committee = Genesis.Committee, Replica = new ReplicaId(replica), Limits = Genesis.Limits };

    /// <summary>The same chain with another address for one replica.</summary>
    public void Move(int replica, int clientPort) => Genesis = Relocated(i => i == replica ? clientPort : Genesis.Validators[i].Address.Ports.Client);

    /// <summary>Every replica executes a segment.</summary>
    public void Execute(CommandSegment segment)
    {
        foreach (var replica in Replicas)
            replica.Execute(segment);
    }

    public Task<HotStuffClient> ConnectAsync(Func<ClientOptions, ClientOptions>? configure = null)
    {
        // Nothing is sent again, unless a test wants it: on a busy machine a second is not long.
        var options = new ClientOptions { Genesis = Genesis, ResendAfter = TimeSpan.FromMinutes(10), OverallTimeout = TimeSpan.FromHours(1) };
        return HotStuffClient.ConnectAsync(configure?.Invoke(options) ?? options).Soon();
    }

    /// <summary>A client that is connected to all four.</summary>
    public async Task<HotStuffClient> ConnectToAllAsync(Func<ClientOptions, ClientOptions>? configure = null)
    {
        var client = await ConnectAsync(configure);
        await Eventually.Holds(() => client.Statistics.Connected == 4, "four connections");
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in Replicas)
            await replica.DisposeAsync();
        foreach (var signer in _signers)
            signer.Dispose();
    }

    // Addresses are no part of the chain's identity, so the ports that the system chose can be filled in.
    private Genesis Relocated(Func<int, int> port) => Genesis.Create(
        Genesis.Chain, Genesis.Protocol, Genesis.Leaders, Genesis.Signatures, Genesis.Limits, Genesis.Validators.Select((validator, i) => validator with
        {
            Address = new ReplicaAddress("127.0.0.1", validator.Address.Ports with { Client = port(i) }),
        }));
}
