using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;

namespace HotStuff.Cluster;

/// <summary>What became of a frame that was to be sent.</summary>
internal enum Sent
{
    /// <summary>It is sent, or will be when the socket takes it.</summary>
    Taken,

    /// <summary>It is not sent: the peer does not read, and what waits for it has reached its bound.</summary>
    QueueFull,

    /// <summary>It is not sent: nothing is any more.</summary>
    Ended,
}

/// <summary>
/// The sending side of a connection. A frame is handed to the socket on the thread of whoever sends it: no other thread is woken as long as the socket
/// takes everything. While it does not, frames gather in one buffer, bounded in bytes, which is sent at once when the socket is ready. Safe to use from several
/// threads.
/// </summary>
/// <param name="socket">A connected socket; whoever made it disposes it.</param>
/// <param name="maxBytes">What may wait in all. One frame is always taken when nothing waits.</param>
/// <param name="failed">Called once when sending fails, on any thread.</param>
#pragma warning disable CA1001 // Freed when the last sending has ended, which may be after anybody could have disposed this.
internal sealed class SendQueue(Socket socket, int maxBytes, Action failed)
#pragma warning restore CA1001
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SocketAsyncEventArgs? _sending;
    private byte[] _buffer = [];
    private int _buffered;
    private int _underWay;
    private bool _isBusy;
    private bool _isCompleted;

    /// <summary>Bytes that the socket has not taken, with their headers.</summary>
    public int WaitingBytes
    {
        get
        {
            lock (_gate)
                return _buffered + _underWay;
        }
    }

    /// <summary>Sends a frame, or puts it behind those that wait. Never blocks.</summary>
    /// <param name="head">The frame's first bytes.</param>
    /// <param name="body">The bytes after them.</param>
    /// <param name="tail">The frame's last bytes.</param>
    public Sent TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail)
    {
        var length = head.Length + body.Length + tail.Length;
        lock (_gate)
        {
            var waiting = _buffered + _underWay;
            if (_isCompleted)
                return Sent.Ended;
            if (waiting > 0 && waiting + (long)FrameReader.HeaderSize + length > maxBytes)
                return Sent.QueueFull;
            var room = MakeRoom(FrameReader.HeaderSize + length);
            BinaryPrimitives.WriteInt32LittleEndian(room, length);
            head.CopyTo(room = room[FrameReader.HeaderSize..]);
            body.CopyTo(room = room[head.Length..]);
            tail.CopyTo(room[body.Length..]);
            if (_isBusy)
                return Sent.Taken;
            _isBusy = true;
        }

        Pump();
        return Sent.Taken;
    }

    /// <summary>Takes no more frames. The task completes when those that wait are sent or cannot be.</summary>
    public Task CompleteAsync()
    {
        lock (_gate)
        {
            _isCompleted = true;
            if (!_isBusy)
                Free();
        }

        return _idle.Task;
    }

    // One thread at a time: whoever set _isBusy, then the one that completes the sending.
    private void Pump()
    {
        while (TakeBuffered() is { } sending)
        {
            bool isPending;
            try
            {
                isPending = socket.SendAsync(sending);
            }
            catch (ObjectDisposedException)
            {
                Fail();
                return;
            }

            if (isPending || !Succeeded(sending))
                return;
        }
    }

    private SocketAsyncEventArgs? TakeBuffered()
    {
        lock (_gate)
        {
            if (_buffered == 0)
            {
                _isBusy = false;
                if (_isCompleted)
                    Free();
                return null;
            }

            _sending ??= NewSending();
            _sending.SetBuffer(_buffer, 0, _buffered);
            (_buffer, _buffered, _underWay) = ([], 0, _buffered);
            return _sending;
        }
    }

    private bool Succeeded(SocketAsyncEventArgs sending)
    {
        if (sending.SocketError != SocketError.Success || sending.BytesTransferred != sending.Count)
        {
            Fail();
            return false;
        }

        ArrayPool<byte>.Shared.Return(sending.Buffer!);
        lock (_gate)
            _underWay = 0;
        return true;
    }

    private void Fail()
    {
        lock (_gate)
        {
            (_isCompleted, _isBusy) = (true, false);
            (_buffer, _buffered, _underWay) = ([], 0, 0);
            Free();
        }

        failed();
    }

    private void Free()
    {
        _sending?.Dispose();
        _sending = null;
        _idle.TrySetResult();
    }

    private SocketAsyncEventArgs NewSending()
    {
        var sending = new SocketAsyncEventArgs(true);
        sending.Completed += (_, completed) =>
        {
            if (Succeeded(completed))
                Pump();
        };
        return sending;
    }

    private Span<byte> MakeRoom(int size)
    {
        var end = _buffered + size;
        if (end > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(end, 2 * _buffered));
            _buffer.AsSpan(0, _buffered).CopyTo(larger);
            if (_buffer.Length > 0)
                ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var room = _buffer.AsSpan(_buffered, size);
        _buffered = end;
        return room;
    }
}
