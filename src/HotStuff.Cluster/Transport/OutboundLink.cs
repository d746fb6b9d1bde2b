using Akka.Actor;
using Akka.Remote.Transport;
using Google.Protobuf;

namespace HotStuff.Cluster;

/// <summary>
/// A connection that Akka.Remote made to a peer, over which only we send messages: what comes back is the answer to the handshake, under the name that we
/// called, and signs of life. Anything else ends the connection.
/// </summary>
internal sealed class OutboundLink : AssociationHandle, IHandleEventListener
{
    private readonly AssociationHandle _connection;
    private readonly PeerGate _gate;
    private readonly Address _peer;
    private IHandleEventListener? _above;
    private bool _isMet;
    private volatile bool _isOver;

    /// <summary>Over a connection to a peer.</summary>
    public OutboundLink(AssociationHandle connection, PeerGate gate, Address peer)
        : base(connection.LocalAddress, connection.RemoteAddress)
    {
        _connection = connection;
        _gate = gate;
        _peer = peer;
        _ = ListenAsync();
    }

    /// <inheritdoc/>
    public override bool Write(ByteString payload) => _connection.Write(payload);

    /// <summary>Sends a message to the peer's entry actor. When the connection has ended meanwhile it is lost, as on a network.</summary>
    public void Write(AkkaEnvelope envelope, OutboundFrame frame)
    {
        Span<byte> head = stackalloc byte[envelope.MaxHeadSize];
        head = head[..envelope.WriteHead(head, frame.Manifest, frame.Bytes.Length)];
        var tail = envelope.TailOf(frame.Manifest);
        if (_connection is SocketConnection connection)
            connection.Write(head, frame.Bytes, tail);
        else
            _connection.Write(UnsafeByteOperations.UnsafeWrap((byte[])[.. head, .. frame.Bytes, .. tail]));
    }

    /// <inheritdoc/>
#pragma warning disable CS0672 // Akka wants callers to give a reason, not implementations.
    public override void Disassociate() => End();
#pragma warning restore CS0672

    /// <inheritdoc/>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <inheritdoc/>
    public void Notify(IHandleEvent ev)
    {
        if (ev is Disassociated)
            _gate.Links.Remove(_peer, this);
        if (ev is not InboundPayload payload)
            _above!.Notify(ev);
        else if (!_isOver)
            Handle(payload);
    }

    private void Handle(InboundPayload payload)
    {
        var frame = AkkaFrame.TryParse(payload.Payload.Memory);
        switch (frame)
        {
            case { Kind: AkkaFrameKind.Associate } when !_isMet && frame.Value.Origin!.Equals(_peer):
                _isMet = true;
                _gate.Links.Add(_peer, this);
                _above!.Notify(payload);
                break;
            case { Kind: AkkaFrameKind.Heartbeat } when _isMet:
            case { Kind: AkkaFrameKind.Disassociate }:
                _above!.Notify(payload);
                break;
            case { Kind: AkkaFrameKind.Acknowledgement, IsSystem: false } when _isMet:
                break;
            default:
                _isOver = true;
                _gate.Refuse(ReasonOf(frame), _peer);
                End();
                break;
        }
    }

    private TransportRefusal ReasonOf(AkkaFrame? frame) => frame switch
    {
        null => TransportRefusal.Malformed,
        { Kind: AkkaFrameKind.Associate } when !_isMet => TransportRefusal.NotAPeer,
        _ => TransportRefusal.OutOfPlace,
    };

    private void End() => _connection.Disassociate("it is over", Akka.Event.NoLogger.Instance);

    private async Task ListenAsync()
    {
        _above = await ReadHandlerSource.Task;
        _connection.ReadHandlerSource.SetResult(this);
    }
}
