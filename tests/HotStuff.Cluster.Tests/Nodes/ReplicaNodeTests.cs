using System.Net;
using System.Net.Sockets;
using HotStuff.Client;
using HotStuff.Consensus;
using HotStuff.StateMachine;
using HotStuff.Storage;

namespace HotStuff.Cluster.Tests;

/// <summary>Whole nodes over loopback.</summary>
public sealed class ReplicaNodeTests
{
    [Fact]
    public async Task Four_nodes_answer_a_client_with_equal_digests_and_one_that_was_away_catches_up()
    {
        await using var nodes = new TestNodes(4);
        // With one of four away every fourth view ends by timeout.
        const string Settings = "view-timeout.base = 150 ms";
        for (var i = 0; i < 4; i++)
            await nodes.StartAsync(i, Settings, durable: true);
        await using var client = await nodes.ConnectAsync();
        await CountAsync(client, from: 1, to: 10);
        await AgreeAsync(nodes, commands: 10);

        await nodes.Nodes[3].StopAsync();
        Assert.True(nodes.PortsAreFree(3));
        await CountAsync(client, from: 11, to: 15);
        await nodes.StartAsync(3, Settings, durable: true);
        await CountAsync(client, from: 16, to: 20);
        await AgreeAsync(nodes, commands: 20);
        Assert.All(nodes.Nodes.Values, node => Assert.False(node.WhenStopped.IsCompleted));
    }

    [Fact]
    public async Task A_node_that_starts_again_executes_its_store_again_and_goes_on()
    {
        await using var nodes = new TestNodes(1);
        await nodes.StartAsync(0, durable: true);
        await using (var client = await nodes.ConnectAsync())
            await CountAsync(client, 1, 5);
        var before = (await nodes.StatusAsync())[0]!;
        await nodes.Nodes[0].StopAsync();
        Assert.Equal(new NodeExit(null), await nodes.Nodes[0].WhenStopped);

        await nodes.StartAsync(0, durable: true);
        var after = (await nodes.StatusAsync())[0]!;
        Assert.Equal((before.StateDigest, before.Executed), (after.StateDigest, after.Executed));
        await using var again = await nodes.ConnectAsync();
        await CountAsync(again, 6, 8);
    }

    [Fact]
    public async Task A_clients_port_in_use_is_one_line_and_leaves_nothing_behind()
    {
        await using var nodes = new TestNodes(1);
        var port = nodes.Genesis.Validators[0].Address.Ports.Client;
        using (Occupy(port))
        {
            var refused = await Assert.ThrowsAsync<SettingsException>(() => nodes.StartAsync(0, durable: true));
            Assert.StartsWith($"hotstuff.gateway.port: 127.0.0.1:{port} cannot be listened on: ", refused.Message);
        }

        await ServesAsync(nodes);
    }

    [Theory]
    [InlineData("consensus.host = elsewhere", "hotstuff.consensus.host is 'elsewhere'; allowed: 127.0.0.1, as in the genesis file, or nothing")]
    [InlineData("consensus.port = 1", "hotstuff.consensus.port is '1'; allowed: ")]
    [InlineData("consensus.bind-host = 192.0.2.1", "hotstuff.consensus.bind-host: 192.0.2.1:")]
    [InlineData("gateway.host = 192.0.2.1", "hotstuff.gateway.host: 192.0.2.1:")]
    public async Task An_address_that_cannot_be_this_replicas_is_refused_with_its_key(string setting, string beginning)
    {
        await using var nodes = new TestNodes(1);

        Assert.StartsWith(beginning, (await Assert.ThrowsAsync<SettingsException>(() => nodes.StartAsync(0, setting))).Message);
    }

    [Fact]
    public async Task A_consensus_port_in_use_is_one_line_and_leaves_nothing_behind()
    {
        await using var nodes = new TestNodes(1);
        var port = nodes.Genesis.Validators[0].Address.Ports.Consensus;
        using (Occupy(port))
        {
            var refused = await Assert.ThrowsAsync<SettingsException>(() => nodes.StartAsync(0, durable: true));
            Assert.StartsWith($"hotstuff.consensus.port: 127.0.0.1:{port} cannot be listened on: ", refused.Message);
            Assert.DoesNotContain('\n', refused.Message);
        }

        await ServesAsync(nodes);
    }

    [Fact]
    public async Task An_ops_port_in_use_is_one_line_and_leaves_nothing_behind()
    {
        await using var nodes = new TestNodes(1);
        var port = nodes.Genesis.Validators[0].Address.Ports.Ops;
        using (Occupy(port))
        {
            var refused = await Assert.ThrowsAsync<SettingsException>(() => nodes.StartAsync(0, "ops.enabled = on", durable: true));
            Assert.StartsWith($"hotstuff.ops.port: 127.0.0.1:{port} cannot be listened on: ", refused.Message);
        }

        await ServesAsync(nodes);
    }

    [Fact]
    public async Task A_data_directory_in_use_is_one_line_and_leaves_nothing_behind()
    {
        await using var nodes = new TestNodes(1);
        using (ReplicaStores.Open(Path.Combine(nodes.Directory, "r0"), Durability.Os, nodes.Genesis.ChainId, nodes.Genesis.Limits))
        {
            var refused = await Assert.ThrowsAsync<StoreException>(() => nodes.StartAsync(0, durable: true));
            Assert.Contains(Path.Combine(nodes.Directory, "r0"), refused.Message);
            Assert.DoesNotContain('\n', refused.Message);
        }

        await ServesAsync(nodes);
    }

    [Fact]
    public async Task Stopping_leaves_the_ops_cluster_and_frees_all_ports_at_once()
    {
        await using var nodes = new TestNodes(2);
        await nodes.StartAsync(0, "ops.enabled = on");
        await nodes.StartAsync(1, "ops.enabled = on");
        await TestNodes.EventuallyAsync(() => Task.FromResult(
            nodes.Nodes.Values.All(node => node.Ops!.Members.Count(member => member.Status == "up") == 2)));
        await nodes.Nodes[1].StopAsync();
        Assert.True(nodes.PortsAreFree(1));
        await TestNodes.EventuallyAsync(() => Task.FromResult(nodes.Nodes[0].Ops!.Members.Count == 1));
        await nodes.Nodes[1].StopAsync();
    }

    [Fact]
    public async Task The_end_of_the_ops_system_does_not_disturb_consensus_nor_the_end_of_the_node()
    {
        await using var nodes = new TestNodes(1);
        var node = await nodes.StartAsync(0, "ops.enabled = on");
        await node.Ops!.System.Terminate();
        await using (var client = await nodes.ConnectAsync())
            await CountAsync(client, 1, 3);
        await node.StopAsync();
        Assert.Equal(new NodeExit(null), await node.WhenStopped);
        Assert.True(nodes.PortsAreFree(0));
    }

    [Fact]
    public async Task An_exception_of_the_consensus_actor_ends_the_node_with_its_reason()
    {
        await using var nodes = new TestNodes(1);
        var node = await nodes.StartAsync(0, signer: own => new BreakingSigner(own));
        await using var client = await nodes.ConnectAsync();
        _ = client.SubmitAsync(Counting.Increment).AsTask();
        var exit = await node.WhenStopped.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("consensus stopped: the key is broken", exit.Failure);
        Assert.True(nodes.PortsAreFree(0));
    }

    [Fact]
    public async Task An_exception_of_the_state_machine_ends_the_node_with_its_reason()
    {
        await using var nodes = new TestNodes(1);
        var node = await nodes.StartAsync(0, machine: new BreakingMachine());
        await using var client = await nodes.ConnectAsync();
        _ = client.SubmitAsync(Counting.Increment).AsTask();
        var exit = await node.WhenStopped.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("executor stopped: the machine is broken", exit.Failure);
        Assert.True(nodes.PortsAreFree(0));
    }

    [Fact]
    public async Task A_store_that_cannot_be_executed_again_ends_the_node_with_the_reason_and_leaves_nothing_behind()
    {
        await using var nodes = new TestNodes(1);
        await nodes.StartAsync(0, durable: true);
        await using (var client = await nodes.ConnectAsync())
            await CountAsync(client, 1, 1);
        await nodes.Nodes[0].StopAsync();

        var node = await nodes.StartAsync(0, machine: new BreakingMachine(), durable: true);
        var exit = await node.WhenStopped.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("executor stopped: the machine is broken", exit.Failure);
        Assert.True(nodes.PortsAreFree(0));
        await nodes.StartAsync(0, durable: true);
        await using var again = await nodes.ConnectAsync();
        await CountAsync(again, 2, 2);
    }

    private static async Task CountAsync(HotStuffClient client, int from, int to)
    {
        for (var i = from; i <= to; i++)
            Assert.Equal(i, Counting.Sum(await client.SubmitAsync(Counting.Increment)));
    }

    private static Task AgreeAsync(TestNodes nodes, long commands) => TestNodes.EventuallyAsync(async () =>
    {
        var all = await nodes.StatusAsync();
        return all.All(status => status is { StateDigest: not null })
            && all.Select(status => status!.StateDigest).Distinct().Count() == 1
            && all.All(status => status!.CommandsExecuted == commands);
    });

    /// <summary>The node starts on the same ports and the same directory, and works.</summary>
    private static async Task ServesAsync(TestNodes nodes)
    {
        Assert.Empty(nodes.Nodes);
        Assert.True(nodes.PortsAreFree(0));
        await nodes.StartAsync(0, durable: true);
        await using var client = await nodes.ConnectAsync();
        await CountAsync(client, 1, 1);
    }

    private static Socket Occupy(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
        return socket;
    }

    private sealed class BreakingSigner(IReplicaSigner own) : IReplicaSigner
    {
        public ReplicaId Replica => own.Replica;

        public Signature SignShare(ReadOnlySpan<byte> statement) => throw new InvalidOperationException("the key is broken");

        public Signature Sign(ReadOnlySpan<byte> statement) => own.Sign(statement);
    }

    private sealed class BreakingMachine : IStateMachine
    {
        private readonly KeyValueStore _store = new();

        public void Apply(ReadOnlySpan<byte> command, System.Buffers.IBufferWriter<byte> result) => throw new InvalidOperationException("the machine is broken");

        public void Query(ReadOnlySpan<byte> query, System.Buffers.IBufferWriter<byte> result) => _store.Query(query, result);

        public void Snapshot(System.Buffers.IBufferWriter<byte> destination) => _store.Snapshot(destination);

        public void Restore(ReadOnlySpan<byte> snapshot) => _store.Restore(snapshot);

        public Digest Digest() => _store.Digest();
    }
}
