using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using HotStuff.Client.Wire;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Client.Sessions;

/// <summary>
/// The connection to one replica, made again whenever it is lost, with growing pauses. Whatever the replica sends, the worst is that the
/// connection ends.
/// </summary>
internal sealed class ReplicaLink
{
    // A replica that takes nothing for so many bytes is passed over.
    private const int MaxQueuedBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);

    private readonly Validator _validator;
    private readonly Genesis _genesis;
    private readonly ClientId _client;
    private readonly TimeProvider _time;
    private readonly ILinkHandler _handler;
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile FrameSender? _sender;

    public ReplicaLink(Validator validator, Genesis genesis, ClientId client, TimeProvider time, ILinkHandler handler)
    {
        _validator = validator;
        _genesis = genesis;
        _client = client;
        _time = time;
        _handler = handler;
    }

    /// <summary>Which replica this is about; what it signs shows whether it is the one.</summary>
    public ReplicaId Replica => _validator.Replica;

    /// <summary>host:port of its port for clients.</summary>
    public string Address => $"{_validator.Address.Host}:{_validator.Address.Ports.Client}";

    /// <summary>Whether it said Welcome and the connection stands.</summary>
    public bool IsUp => _sender is not null;

    /// <summary>What the replica said when it was last connected.</summary>
    public Welcome? Welcome { get; private set; }

    /// <summary>Why it refused the connection, the last time; null when it did not.</summary>
    public Refused? Refusal { get; private set; }

    /// <summary>Why it is not connected, in a few words.</summary>
    public string Problem { get; private set; } = "not tried yet";

    /// <summary>Completes when the first attempt to connect has succeeded or failed.</summary>
    public Task Tried => _tried.Task;

    /// <summary>Messages from the replica that could not be read, each of which ended a connection.</summary>
    public long Malformed { get; private set; }

    /// <summary>Sends a message, if the replica is connected and takes any.</summary>
    public bool TrySend(FrameType type, IMessage message) => _sender?.TrySend(type, message) ?? false;

    /// <summary>Keeps the connection until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var pause = FirstPause;
        while (!cancellation.IsCancellationRequested)
        {
            var start = _time.GetTimestamp();
            Problem = await ConnectAndReadAsync(cancellation);
            _handler.LinkDown(this);
            _tried.TrySetResult();
            if (_time.GetElapsedTime(start) > Stable)
                pause = FirstPause;

            await Task.Delay(pause, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<string> ConnectAndReadAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var handshake = new CancellationTokenSource(HandshakeTimeout, _time);
        using var handshaking = CancellationTokenSource.CreateLinkedTokenSource(cancellation, handshake.Token);
        var sender = new FrameSender(MaxQueuedBytes);
        var sending = Task.CompletedTask;
        Refusal = null;
        try
        {
            using var socket = await ConnectAsync(handshaking.Token);
            try
            {
                sending = sender.RunAsync(socket, ending.Token);
                sender.TrySend(FrameType.Hello, new Hello
                {
                    ProtocolVersion = Frame.ProtocolVersion,
                    ChainId = WireValues.ToWire(_genesis.ChainId),
                    ClientId = WireValues.ToWire(_client),
                });
                return await ReadAsync(socket, sender, handshaking.Token, cancellation);
            }
            finally
            {
                _sender = null;
                await ending.CancelAsync();
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            return e.Message;
        }
        catch (OperationCanceledException)
        {
            return cancellation.IsCancellationRequested ? "closed" : "no answer";
        }
        finally
        {
            await sending;
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        var (host, port) = (_validator.Address.Host, _validator.Address.Ports.Client);
        var isAddress = IPAddress.TryParse(host, out var address);
        var socket = isAddress
            ? new Socket(address!.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(isAddress ? new IPEndPoint(address!, port) : new DnsEndPoint(host, port), cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<string> ReadAsync(Socket socket, FrameSender sender, CancellationToken handshaking, CancellationToken cancellation)
    {
        using var stream = new NetworkStream(socket, ownsSocket: false);
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, minimumReadSize: 16 * 1024, leaveOpen: true));
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(_sender is null ? handshaking : cancellation);
                var buffer = read.Buffer;
                if (HandleAll(ref buffer, sender) is { } problem)
                    return problem;
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                    return "it closed the connection";
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private string? HandleAll(ref ReadOnlySequence<byte> buffer, FrameSender sender)
    {
        while (true)
        {
            var maxBytes = _sender is null ? Frame.MaxHelloBytes : Frame.MaxReplyBytes;
            switch (Frame.TryRead(ref buffer, maxBytes, out var type, out var message))
            {
                case FrameRead.Incomplete:
                    return null;
                case FrameRead.Complete when Handle(type, message, sender):
                    if (Refusal is { } refusal)
                        return $"it refused the connection: {refusal.Text}";
                    break;
                default:
                    Malformed++;
                    return "it sent something that is not of this protocol";
            }
        }
    }

    private bool Handle(FrameType type, ReadOnlySequence<byte> bytes, FrameSender sender)
    {
        switch (type, IsUp)
        {
            case (FrameType.Welcome, false) when Frame.TryParse(Parsers.Welcome, bytes, out var welcome):
                return Accept(welcome, sender);
            case (FrameType.Refused, false) when Frame.TryParse(Parsers.Refused, bytes, out var refused):
                Refusal = refused;
                return true;
            case (FrameType.Replies, true) when Frame.TryParse(Parsers.Replies, bytes, out var replies):
                _handler.Replied(this, replies);
                return true;
            case (FrameType.Rejected, true) when Frame.TryParse(Parsers.Rejected, bytes, out var rejected):
                _handler.Rejected(this, rejected);
                return true;
            case (FrameType.QueryReply, true) when Frame.TryParse(Parsers.QueryReply, bytes, out var reply):
                _handler.QueryAnswered(this, reply);
                return true;
            case (FrameType.StatusReply, true) when Frame.TryParse(Parsers.StatusReply, bytes, out var status):
                _handler.StatusAnswered(this, status);
                return true;
            default:
                return false;
        }
    }

    private bool Accept(Welcome welcome, FrameSender sender)
    {
        if (welcome.Replica != Replica.Index || welcome.N != _genesis.Committee.Size)
            return false;

        Welcome = welcome;
        Problem = "connected";
        _sender = sender;
        _handler.LinkUp(this);
        _tried.TrySetResult();
        return true;
    }
}
