using System.Buffers;
using System.Net.Sockets;
using System.Threading.Channels;
using Google.Protobuf;

namespace HotStuff.Client.Wire;

/// <summary>
/// The sending side of a connection: frames wait in a queue that is bounded in bytes, and one loop writes them, as many at a time as are
/// there.
/// </summary>
internal sealed class FrameSender
{
    // Enough to make a system call worth while; a burst is sent in pieces of about this size.
    private const int BatchBytes = 64 * 1024;

    // A buffer that one long reply made this large is not kept.
    private const int MaxKeptBytes = 1024 * 1024;

    private readonly Channel<Outgoing> _queue = Channel.CreateUnbounded<Outgoing>(new UnboundedChannelOptions { SingleReader = true });
    private readonly int _maxQueuedBytes;
    private readonly Traffic? _traffic;
    private long _queuedBytes;

    public FrameSender(int maxQueuedBytes, Traffic? traffic = null)
    {
        _maxQueuedBytes = maxQueuedBytes;
        _traffic = traffic;
    }

    /// <summary>Bytes that the socket has not taken yet.</summary>
    public long QueuedBytes => Interlocked.Read(ref _queuedBytes);

    /// <summary>Puts a frame into the queue, from any thread. False when it does not fit, or nothing is sent any more.</summary>
    public bool TrySend(FrameType type, IMessage message)
    {
        var size = message.CalculateSize();
        var frameSize = Frame.HeaderSize + size;
        if (Interlocked.Add(ref _queuedBytes, frameSize) <= _maxQueuedBytes && _queue.Writer.TryWrite(new Outgoing(type, message, size)))
            return true;

        Interlocked.Add(ref _queuedBytes, -frameSize);
        return false;
    }

    /// <summary>Takes no more frames; <see cref="RunAsync"/> ends when those in the queue are sent.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>
    /// Sends what is queued until <see cref="Complete"/>, or until the socket fails, which is no error here: the reading side notices it
    /// too.
    /// </summary>
    public async Task RunAsync(Socket socket, CancellationToken cancellation)
    {
        var buffer = new ArrayBufferWriter<byte>(BatchBytes);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(cancellation))
            {
                while (buffer.WrittenCount < BatchBytes && _queue.Reader.TryRead(out var next))
                    Frame.Write(buffer, next.Type, next.Message, next.Size);

                for (var rest = buffer.WrittenMemory; !rest.IsEmpty;)
                    rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellation)..];
                Interlocked.Add(ref _queuedBytes, -buffer.WrittenCount);
                _traffic?.CountSent(buffer.WrittenCount);

                if (buffer.Capacity > MaxKeptBytes)
                    buffer = new ArrayBufferWriter<byte>(BatchBytes);
                else
                    buffer.ResetWrittenCount();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            _queue.Writer.TryComplete();
        }
    }

    private readonly record struct Outgoing(FrameType Type, IMessage Message, int Size);
}
