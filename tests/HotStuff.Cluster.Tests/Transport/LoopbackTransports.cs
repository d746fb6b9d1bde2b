using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;
using Google.Protobuf;

namespace HotStuff.Cluster.Tests;

/// <summary>Transports on loopback without Akka's protocol above them, and raw sockets that connect to them.</summary>
internal sealed class LoopbackTransports : IAsyncDisposable
{
    public const int MaxFrame = 1024 * 1024;
    public const int MaxQueued = 2 * 1024 * 1024;
    public const int MaxConnections = 8;

    private readonly ConcurrentStack<(Akka.Remote.Transport.Transport Transport, ActorSystem System)> _started = new();

    public async Task<Listening> StartAsync(int port = 0, int delayMs = 0)
    {
        var system = ActorSystem.Create(ConsensusSystem.Name, "akka { loglevel = OFF, stdout-loglevel = OFF }");
        var transport = new SocketTransport(system, ConfigurationFactory.ParseString($$"""
            hostname = "127.0.0.1"
            public-hostname = "127.0.0.1"
            port = {{port}}
            maximum-frame-size = {{MaxFrame}}b
            max-queued-bytes = {{MaxQueued}}b
            max-connections = {{MaxConnections}}
            connection-timeout = 5 s
            delay = {{delayMs}}ms
            """));
        _started.Push((transport, system));
        var (address, listener) = await transport.Listen();
        var accepted = new Accepted();
        listener.SetResult(accepted);
        return new Listening(transport, TransportCounters.Of(system), address, accepted);
    }

    public static async Task<Socket> ConnectAsync(Address address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port!.Value);
        return socket;
    }

    /// <summary>Reads until the other side ends the connection.</summary>
    public static async Task<int> ReadToEndAsync(Socket socket)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var (buffer, total) = (new byte[64 * 1024], 0);
        try
        {
            while (await socket.ReceiveAsync(buffer, timeout.Token) is > 0 and var count)
                total += count;
        }
        catch (SocketException)
        {
            // Reset is an end, too.
        }

        return total;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (transport, system) in _started)
        {
            await transport.Shutdown();
            await system.Terminate();
        }
    }

    public sealed record Listening(SocketTransport Transport, TransportCounters Counters, Address Address, Accepted Accepted)
    {
        public async Task<Side> DialAsync(Listening other) => new(await Transport.Associate(other.Address));

        /// <summary>Both sides of a new connection.</summary>
        public async Task<(Side Mine, Side Theirs)> MeetAsync(Listening other) => (await DialAsync(other), await other.Accepted.NextAsync());
    }

    public sealed class Accepted : IAssociationEventListener
    {
        private readonly Channel<AssociationHandle> _handles = Channel.CreateUnbounded<AssociationHandle>();

        public void Notify(IAssociationEvent ev) => _handles.Writer.TryWrite(((InboundAssociation)ev).Association);

        public async Task<Side> NextAsync() => new(await _handles.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    /// <summary>One side of a connection, which listens.</summary>
    public sealed class Side : IHandleEventListener
    {
        private readonly Channel<ByteString> _frames = Channel.CreateUnbounded<ByteString>();

        public Side(AssociationHandle handle, bool listens = true)
        {
            Handle = handle;
            if (listens)
                handle.ReadHandlerSource.SetResult(this);
        }

        public AssociationHandle Handle { get; }

        public bool Write(byte[] frame) => Handle.Write(UnsafeByteOperations.UnsafeWrap(frame));

        public async Task<byte[]> NextAsync() =>
            (await _frames.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20))).ToByteArray();

        /// <summary>Completes when the connection has ended and all its frames were read.</summary>
        public Task EndedAsync() => _frames.Reader.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        public void Notify(IHandleEvent ev)
        {
            if (ev is InboundPayload payload)
                _frames.Writer.TryWrite(payload.Payload);
            else if (ev is Disassociated)
                _frames.Writer.Complete();
        }
    }
}
