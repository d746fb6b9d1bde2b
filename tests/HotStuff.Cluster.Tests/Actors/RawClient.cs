using System.Buffers;
using System.Net.Sockets;
using Google.Protobuf;
using HotStuff.Client.Wire;
using HotStuff.Cluster.Clients;
using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>A client's connection to a listener, frame by frame.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private ReadOnlySequence<byte> _unread;

    private RawClient(ulong id) => ClientId = new ClientId(id);

    public ClientId ClientId { get; }

    public static async Task<RawClient> ConnectAsync(ClientListener listener, ChainId chain, ulong id)
    {
        var client = new RawClient(id);
        await client._socket.ConnectAsync(listener.LocalEndPoint);
        await client.SendAsync(FrameType.Hello, new Client.Wire.Hello
        {
            ProtocolVersion = Frame.ProtocolVersion,
            ChainId = WireValues.ToWire(chain),
            ClientId = WireValues.ToWire(client.ClientId),
        });
        await client.ReceiveAsync(FrameType.Welcome, Welcome.Parser);
        return client;
    }

    public Task SendAsync(CommandSegment segment) => SendAsync(FrameType.Submit, new Submit { Segment = ByteString.CopyFrom(segment.Encoded.Span) });

    public async Task SendAsync(FrameType type, IMessage message)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Frame.Write(bytes, type, message, message.CalculateSize());
        for (var rest = bytes.WrittenMemory; !rest.IsEmpty;)
            rest = rest[await _socket.SendAsync(rest)..];
    }

    /// <summary>The next frame, which must be of this type.</summary>
    public async Task<T> ReceiveAsync<T>(FrameType expected, MessageParser<T> parser)
        where T : IMessage<T>
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[4096];
        while (true)
        {
            if (Frame.TryRead(ref _unread, Frame.MaxReplyBytes, out var type, out var message) == FrameRead.Complete)
            {
                Assert.Equal(expected, type);
                return parser.ParseFrom(message);
            }

            var read = await _socket.ReceiveAsync(buffer, deadline.Token);
            Assert.NotEqual(0, read);
            _unread = new ReadOnlySequence<byte>([.. _unread.ToArray(), .. buffer.AsSpan(0, read)]);
        }
    }

    public void Dispose() => _socket.Dispose();
}
