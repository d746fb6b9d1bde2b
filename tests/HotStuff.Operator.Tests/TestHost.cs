using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace HotStuff.Operator.Tests;

/// <summary>A command host on a port of its own, with a fake node behind it.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly CommandHost _host;

    private TestHost(CommandHost host, FakeTimeProvider time, FakeNode node, FakeLog log)
    {
        _host = host;
        Time = time;
        Node = node;
        Log = log;
    }

    /// <summary>The host's time, which stands still until a test moves it.</summary>
    public FakeTimeProvider Time { get; }

    public FakeNode Node { get; }

    public FakeLog Log { get; }

    public int Port => _host.LocalEndPoint.Port;

    public int Connections => _host.Connections;

    public static async Task<TestHost> StartAsync(Func<CommandHostOptions, CommandHostOptions>? configure = null)
    {
        var (node, log) = (new FakeNode(), new FakeLog());
        var time = new FakeTimeProvider();
        var options = new CommandHostOptions { Host = "127.0.0.1", Port = 0, TimeProvider = time };
        return new TestHost(await CommandHost.StartAsync(configure?.Invoke(options) ?? options, OperatorPalettes.Catalog, new OperatorContext(node, log, node.Kill)), time, node, log);
    }

    public Task<CommandClient> ConnectAsync(string? token = null, CommandSecurity? security = null) =>
        CommandClient.ConnectAsync(new CommandEndpoint("127.0.0.1", Port, token, security));

    /// <summary>A connection that says whatever it wants.</summary>
    public async Task<NetworkStream> ConnectRawAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", Port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public Task EndOfConnectionsAsync() => EventuallyAsync(() => Connections == 0);

    public static async Task EventuallyAsync(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "it did not come to pass");
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await Node.DisposeAsync();
    }
}
