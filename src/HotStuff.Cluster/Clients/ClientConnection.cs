using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using HotStuff.Client;
using HotStuff.Client.Wire;
using HotStuff.Consensus;
using HotStuff.StateMachine;
using Signature = HotStuff.Consensus.Signature;

namespace HotStuff.Cluster.Clients;

/// <summary>One client's connection. Sending may be done from any thread and never waits.</summary>
#pragma warning disable CA1001 // The cancellation source holds nothing to free, and any thread may still cancel it when the connection is over.
public sealed class ClientConnection
#pragma warning restore CA1001
{
    private readonly Socket _socket;
    private readonly ClientListenerOptions _options;
    private readonly IClientHandler _handler;
    private readonly bool _isRefused;
    private readonly Traffic _traffic;
    private readonly FrameSender _sender;
    private readonly ReadingCredit _credit;
    private readonly CancellationTokenSource _ending = new();
    private int _reason = -1;
    private bool _isWelcome;

    internal ClientConnection(Socket socket, ClientListenerOptions options, IClientHandler handler, bool isRefused, Traffic traffic)
    {
        _socket = socket;
        _options = options;
        _handler = handler;
        _isRefused = isRefused;
        _traffic = traffic;
        _sender = new FrameSender(options.MaxQueuedBytes, traffic);
        _credit = new ReadingCredit(options.Limits.ClientWindow, options.MaxHeldBytes);
        Remote = socket.RemoteEndPoint;
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
    }

    /// <summary>The most encoded bytes that one <see cref="TrySendReplies"/> can carry: the results' and 32 for each segment.</summary>
    public static int MaxRepliesBytes => Frame.MaxReplyBytes - Frame.Overhead - 64;

    /// <summary>Who the client says it is; known from <see cref="IClientHandler.Connected"/> on.</summary>
    public ClientId ClientId { get; private set; }

    /// <summary>From where it connected.</summary>
    public EndPoint? Remote { get; }

    /// <summary>
    /// Sends results that this replica signed over <see cref="SignedBytes.Reply"/> with <see cref="SegmentResults.DigestOf"/> of the batch.
    /// False when the connection
    /// has ended, or ends now because the client does not read, or the batch is longer than <see cref="MaxRepliesBytes"/>.
    /// </summary>
    /// <param name="batch">The results.</param>
    /// <param name="signature">This replica's.</param>
    /// <param name="next">Who proposes next, as far as this replica knows; null: it does not say.</param>
    public bool TrySendReplies(IReadOnlyList<SegmentResults> batch, Signature signature, ReplicaId? next)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var replies = WireValues.ToWire(_options.Replica, batch, signature, next);
        return replies.CalculateSize() < Frame.MaxReplyBytes && TrySend(FrameType.Replies, replies);
    }

    /// <summary>Says that a segment's commands were not taken. Does not <see cref="Release"/> it.</summary>
    /// <param name="segment">Which commands.</param>
    /// <param name="reason">Why.</param>
    /// <param name="text">Why, in words, one line.</param>
    /// <param name="retryAfter">When to try again, for <see cref="RejectReason.Overloaded"/> and <see
    /// cref="RejectReason.WindowFull"/>.</param>
    public bool TrySendRejected(CommandSegment segment, RejectReason reason, string text, TimeSpan retryAfter)
    {
        ArgumentNullException.ThrowIfNull(segment);
        return TrySend(FrameType.Rejected, new Rejected
        {
            FirstSequence = (ulong)segment.FirstSequence,
            Count = (uint)segment.Count,
            Reason = (Rejected.Types.Reason)reason,
            Text = text,
            RetryAfterMs = (uint)Math.Clamp(retryAfter.TotalMilliseconds, 0, int.MaxValue),
        });
    }

    /// <summary>Answers the query <paramref name="id"/> with what the state machine said at <paramref name="height"/>.</summary>
    public bool TrySendQueryReply(long id, Height height, ReadOnlyMemory<byte> result)
    {
        _credit.Release(1, _options.MaxQueryBytes);
        return result.Length < MaxRepliesBytes && TrySend(FrameType.QueryReply, new QueryReply
        {
            Id = (ulong)id,
            Height = (ulong)height.Number,
            Result = UnsafeByteOperations.UnsafeWrap(result),
        });
    }

    /// <summary>Answers the question <paramref name="id"/> for the status.</summary>
    public bool TrySendStatus(long id, NodeStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        _credit.Release(1, _options.MaxQueryBytes);
        return TrySend(FrameType.StatusReply, WireValues.ToWire(id, status));
    }

    /// <summary>
    /// Says that a segment from <see cref="IClientHandler.Submitted"/> is answered or given up: that much more may be read.
    /// </summary>
    public void Release(CommandSegment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        _credit.Release(segment.Count, segment.Encoded.Length);
    }

    /// <summary>Ends the connection without waiting for anything. Does nothing when it has ended.</summary>
    public void Close() => End(ClientDisconnect.Closed);

    /// <inheritdoc/>
    public override string ToString() => $"{ClientId} at {Remote}";

    /// <summary>Serves the connection until it ends.</summary>
    internal async Task<ClientDisconnect> RunAsync()
    {
        var sending = _sender.RunAsync(_socket, _ending.Token);
        try
        {
            End(await ReadAsync(), atOnce: false);
            _sender.Complete();
            await FinishAsync(sending);
        }
        finally
        {
            await _ending.CancelAsync();
            _socket.Dispose();
            await sending;
        }

        var reason = (ClientDisconnect)_reason;
        if (_isWelcome)
            _handler.Disconnected(this, reason);
        return reason;
    }

    private bool TrySend(FrameType type, IMessage message)
    {
        if (_sender.TrySend(type, message))
            return true;

        End(ClientDisconnect.SlowReader);
        return false;
    }

    // The first reason stands. At once: what is queued is not sent any more. What the cancellation sets going does not run on the caller's
    // thread.
    private void End(ClientDisconnect reason, bool atOnce = true)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, -1) == -1 && atOnce)
            _ = _ending.CancelAsync();
    }

    // Gives the last frames, for example why the client is refused, a moment to leave.
    private async Task FinishAsync(Task sending)
    {
        try
        {
            await sending.WaitAsync(TimeSpan.FromSeconds(1), _options.TimeProvider, _ending.Token);
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or SocketException)
        {
            // The client does not take them: it will see the connection end.
        }
    }

    private async Task<ClientDisconnect> ReadAsync()
    {
        using var stream = new NetworkStream(_socket, ownsSocket: false);
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, minimumReadSize: 4 * 1024, leaveOpen: true));
        using var helloTimeout = new CancellationTokenSource(_options.HelloTimeout, _options.TimeProvider);
        using var hello = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, helloTimeout.Token);
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(_isWelcome ? _ending.Token : hello.Token);
                var buffer = read.Buffer;
                var unread = buffer.Length;
                if (HandleAll(ref buffer) is { } reason)
                    return reason;
                _traffic.CountReceived(unread - buffer.Length);
                var isPaused = !_credit.MayRead;
                reader.AdvanceTo(buffer.Start, isPaused ? buffer.Start : buffer.End);
                if (isPaused)
                    await _credit.WaitAsync(_ending.Token);
                else if (read.IsCompleted)
                    return ClientDisconnect.Gone;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return ClientDisconnect.Gone;
        }
        catch (OperationCanceledException)
        {
            return helloTimeout.IsCancellationRequested && !_isWelcome ? ClientDisconnect.NoHello : ClientDisconnect.Closed;
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private ClientDisconnect? HandleAll(ref ReadOnlySequence<byte> buffer)
    {
        while (_credit.MayRead)
        {
            switch (Frame.TryRead(ref buffer, MaxFrameBytes, out var type, out var message))
            {
                case FrameRead.Incomplete:
                    return null;
                case FrameRead.BadLength:
                    return ClientDisconnect.BadFrame;
                default:
                    if (Handle(type, message) is { } reason)
                        return reason;
                    break;
            }
        }

        return null;
    }

    private int MaxFrameBytes => _isWelcome ? Math.Max(_options.SegmentBytes, _options.MaxQueryBytes) + Frame.Overhead : Frame.MaxHelloBytes;

    private ClientDisconnect? Handle(FrameType type, ReadOnlySequence<byte> message) => (type, _isWelcome) switch
    {
        (FrameType.Hello, false) when Frame.TryParse(Parsers.Hello, message, out var hello) => Greet(hello),
        (FrameType.Submit, true) when Frame.TryParse(Parsers.Submit, message, out var submit) => Take(submit.Segment.Memory),
        (FrameType.QueryRequest, true) when Frame.TryParse(Parsers.QueryRequest, message, out var query) => Ask(query),
        (FrameType.StatusRequest, true) when Frame.TryParse(Parsers.StatusRequest, message, out var status) => Ask(status),
        _ => ClientDisconnect.BadMessage,
    };

    private ClientDisconnect? Greet(HotStuff.Client.Wire.Hello hello)
    {
        if (hello.ProtocolVersion != Frame.ProtocolVersion)
        {
            var text = $"this replica speaks version {Frame.ProtocolVersion} of the client protocol";
            return Refuse(Refused.Types.Reason.WrongVersion, ClientDisconnect.WrongVersion, text);
        }

        if (WireValues.Digest(hello.ChainId) is not { } chain || WireValues.Client(hello.ClientId) is not { } client)
            return ClientDisconnect.BadMessage;
        if (chain != _options.Committee.Chain.Hash)
            return Refuse(Refused.Types.Reason.WrongChain, ClientDisconnect.WrongChain, $"this replica serves chain {_options.Committee.Chain}");
        if (_isRefused)
        {
            var text = $"this replica has {_options.MaxConnections} connections, as many as allowed";
            return Refuse(Refused.Types.Reason.TooManyConnections, ClientDisconnect.TooManyConnections, text);
        }

        ClientId = client;
        _isWelcome = true;
        _sender.TrySend(FrameType.Welcome, new Welcome
        {
            Replica = (uint)_options.Replica.Index,
            N = (uint)_options.Committee.Size,
            F = (uint)_options.Committee.MaxFaulty,
            MaxCommandBytes = (uint)_options.Limits.MaxCommandBytes,
            Window = (uint)_options.Limits.ClientWindow,
            MaxSegmentCommands = (uint)_options.SegmentCommands,
            MaxSegmentBytes = (uint)_options.SegmentBytes,
            Version = _options.Version,
        });
        _handler.Connected(this);
        return null;
    }

    private ClientDisconnect Refuse(Refused.Types.Reason reason, ClientDisconnect disconnect, string text)
    {
        _sender.TrySend(FrameType.Refused, new Refused { Reason = reason, Text = text });
        return disconnect;
    }

    private ClientDisconnect? Take(ReadOnlyMemory<byte> bytes)
    {
        var rest = bytes;
        var isTooLarge = bytes.Length > _options.SegmentBytes;
        var segment = CommandSegment.TryRead(ref rest, _options.Limits.MaxCommandBytes);
        if (segment is null)
        {
            // A segment with a command that is too long is refused with its name; anything else is not the work of a client.
            isTooLarge = true;
            segment = CommandSegment.TryRead(ref rest, int.MaxValue);
        }

        if (segment is null || !rest.IsEmpty || segment.Client != ClientId)
        {
            const string Text = "not a segment of this client's commands";
            _sender.TrySend(FrameType.Rejected, new Rejected { Reason = Rejected.Types.Reason.BadSegment, Text = Text });
            return ClientDisconnect.BadSegment;
        }

        if (isTooLarge || segment.Count > _options.SegmentCommands)
        {
            TrySendRejected(segment, RejectReason.TooLarge, TooLargeText, TimeSpan.Zero);
            return null;
        }

        _credit.Take(segment.Count, segment.Encoded.Length);
        _handler.Submitted(this, segment);
        return null;
    }

    private string TooLargeText =>
        $"allowed are {_options.Limits.MaxCommandBytes} bytes a command, " +
        $"{_options.SegmentCommands} commands and {_options.SegmentBytes} bytes a segment";

    private ClientDisconnect? Ask(QueryRequest request)
    {
        if (request.Query.Length > _options.MaxQueryBytes)
            return ClientDisconnect.BadMessage;

        _credit.Take(1, _options.MaxQueryBytes);
        _handler.Queried(this, (long)request.Id, request.Query.Memory);
        return null;
    }

    private ClientDisconnect? Ask(StatusRequest request)
    {
        _credit.Take(1, _options.MaxQueryBytes);
        _handler.StatusAsked(this, (long)request.Id, request.IncludeDigest, request.IncludeEvidence);
        return null;
    }
}
