using System.Net.Sockets;
using Akka.Actor;
using Akka.Remote.Transport;
using Google.Protobuf;

namespace HotStuff.Cluster;

/// <summary>One connection to another replica, or from anybody.</summary>
internal sealed class SocketConnection : AssociationHandle
{
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(200);

    private readonly Socket _socket;
    private readonly SocketTransport _transport;
    private readonly FrameReader _reader;
    private readonly SendQueue _sender;
    private readonly DelayLine? _line;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isClosing;

    /// <summary>Over a connected socket, which the connection owns.</summary>
    public SocketConnection(Socket socket, Address local, Address remote, SocketTransport transport)
        : base(local, remote)
    {
        _socket = socket;
        _transport = transport;
        _reader = new FrameReader(transport.MaxFrameBytes);
        _sender = new SendQueue(socket, transport.MaxQueuedBytes, Close);
        if (transport.Delay > TimeSpan.Zero)
            _line = new DelayLine(transport.Delay, transport.MaxQueuedBytes, TimeProvider.System, frame => Count(_sender.TrySend([], frame, []), frame.Length));
        // Reading begins on a thread of its own, not on that of the actor that registers.
        ReadHandlerSource = new TaskCompletionSource<IHandleEventListener>(TaskCreationOptions.RunContinuationsAsynchronously);
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
    }

    /// <summary>Bytes that the peer has not taken.</summary>
    public int WaitingBytes => _sender.WaitingBytes;

    /// <summary>Sends a frame, never blocks. False when the connection has ended.</summary>
    /// <remarks>
    /// A frame for which there is no room is dropped and counted, and reported as sent: what is reported as not sent Akka's EndpointWriter keeps, in a list
    /// without a bound.
    /// </remarks>
    public override bool Write(ByteString payload) => Write([], payload.Span, []);

    /// <summary>As <see cref="Write(ByteString)"/>, a frame in three parts.</summary>
    public bool Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail)
    {
        if (_line is null)
            return Count(_sender.TrySend(head, body, tail), head.Length + body.Length + tail.Length);
        var held = _line.TryAdd([.. head, .. body, .. tail]);
        if (held == Sent.QueueFull)
            _transport.Counters.CountUnsent();
        return held != Sent.Ended;
    }

    /// <summary>Ends the connection when what waits is sent, but soon.</summary>
#pragma warning disable CS0672 // Akka wants callers to give a reason, not implementations.
    public override void Disassociate() => Close();
#pragma warning restore CS0672

    /// <inheritdoc/>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <summary>As <see cref="Disassociate"/>; the task completes when the socket is closed.</summary>
    public Task CloseAsync()
    {
        Close();
        return _closed.Task;
    }

    /// <summary>Hands on what arrives, once somebody listens, until the connection ends.</summary>
    public async Task RunAsync()
    {
        // It ends when the sender does, which Close sees to.
        _ = _line?.RunAsync();
        var listener = await ReadHandlerSource.Task;
        try
        {
            while (!_reader.IsBroken && await _socket.ReceiveAsync(_reader.Free) is > 0 and var received)
            {
                _reader.Advance(received);
                _transport.Counters.CountReceived(received);
                while (_reader.TryRead(out var frame))
                    listener.Notify(new InboundPayload(frame));
            }

            if (_reader.IsBroken)
                _transport.Refuse(TransportRefusal.FrameLength, RemoteAddress);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The peer has gone or we close: nothing else is to be done about it.
        }
        finally
        {
            Close();
            listener.Notify(new Disassociated(DisassociateInfo.Unknown));
        }
    }

    private bool Count(Sent sent, int length)
    {
        if (sent == Sent.Taken)
            _transport.Counters.CountSent(FrameReader.HeaderSize + length);
        else if (sent == Sent.QueueFull)
            _transport.Counters.CountUnsent();
        return sent != Sent.Ended;
    }

    private void Close()
    {
        // Not awaited: who wants to know awaits _closed.
        if (Interlocked.Exchange(ref _isClosing, 1) == 0)
            _ = EndAsync();
    }

    private async Task EndAsync()
    {
        _line?.End();
        try
        {
            await _sender.CompleteAsync().WaitAsync(Linger);
        }
        catch (TimeoutException)
        {
            // The peer does not take them.
        }

        _socket.Dispose();
        _transport.Forget(this);
        _closed.SetResult();
    }
}
