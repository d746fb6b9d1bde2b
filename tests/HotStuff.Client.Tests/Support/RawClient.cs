using System.Buffers;
using System.Net.Sockets;
using Google.Protobuf;
using HotStuff.Client.Wire;
using HotStuff.Cluster.Clients;
using HotStuff.Consensus;

namespace HotStuff.Client.Tests.Support;

/// <summary>A connection to a listener on which a test sends what it wants.</summary>
internal sealed class RawClient : IDisposable
{
    private static int _lastId = 100;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private ReadOnlySequence<byte> _unread;

    public ClientId ClientId { get; } = new((UInt128)Interlocked.Increment(ref _lastId));

    public static async Task<RawClient> ConnectAsync(ClientListener listener)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(listener.LocalEndPoint);
        return client;
    }

    /// <summary>Connects, and says a proper Hello.</summary>
    public static async Task<RawClient> GreetAsync(ClientListener listener, ChainId chain)
    {
        var client = await ConnectAsync(listener);
        await client.SendAsync(FrameType.Hello, client.Hello(chain));
        Assert.Equal(FrameType.Welcome, (await client.ReceiveAsync())?.Type);
        return client;
    }

    public static byte[] Encode(FrameType type, IMessage message)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Frame.Write(bytes, type, message, message.CalculateSize());
        return bytes.WrittenSpan.ToArray();
    }

    public Hello Hello(ChainId chain) => new()
    {
        ProtocolVersion = Frame.ProtocolVersion,
        ChainId = WireValues.ToWire(chain),
        ClientId = WireValues.ToWire(ClientId),
    };

    public CommandSegment Segment(long first, params byte[][] commands) =>
        CommandSegment.Create(ClientId, first, commands.Select(command => (ReadOnlyMemory<byte>)command).ToArray());

    public Task SendAsync(FrameType type, IMessage message) => SendAsync(Encode(type, message));

    public Task SendAsync(CommandSegment segment) => SendAsync(FrameType.Submit, new Submit { Segment = ByteString.CopyFrom(segment.Encoded.Span) });

    public async Task SendAsync(byte[] bytes)
    {
        for (var rest = bytes.AsMemory(); !rest.IsEmpty;)
            rest = rest[await _socket.SendAsync(rest)..];
    }

    /// <summary>The next frame; null when the connection has ended.</summary>
    public async Task<(FrameType Type, byte[] Message)?> ReceiveAsync()
    {
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        var buffer = new byte[4096];
        while (true)
        {
            if (Frame.TryRead(ref _unread, Frame.MaxReplyBytes, out var type, out var message) == FrameRead.Complete)
                return (type, message.ToArray());

            try
            {
                var read = await _socket.ReceiveAsync(buffer, deadline.Token);
                if (read == 0)
                    return null;
                _unread = new ReadOnlySequence<byte>([.. _unread.ToArray(), .. buffer.AsSpan(0, read)]);
            }
            catch (SocketException)
            {
                return null;
            }
        }
    }

    /// <summary>Reads until the connection ends.</summary>
    public async Task EndAsync()
    {
        while (await ReceiveAsync() is not null)
        {
        }
    }

    public void Dispose() => _socket.Dispose();
}
