using System.Collections.Frozen;
using System.Text;
using Akka.Actor;
using Akka.Remote.Transport;

namespace HotStuff.Cluster;

/// <summary>
/// A connection that somebody made to us: a handshake as one of the peers, then messages for the entry actor. What is out of line is counted; some of it
/// ends the connection at once, the rest after <see cref="MaxStrikes"/>.
/// </summary>
internal sealed class InboundLink : IHandleEventListener
{
    /// <summary>After how many refused messages the connection ends.</summary>
    public const int MaxStrikes = 8;

    // The rest of a message is as long as it must be, so this bounds what a message keeps in memory beside what the mailbox counts.
    private const int MaxSenderBytes = 1024;

    private static readonly FrozenDictionary<int, (string Text, byte[] Bytes)[]> KnownManifests = Manifests.All
        .Select(manifest => (Text: manifest, Bytes: Encoding.UTF8.GetBytes(manifest)))
        .GroupBy(manifest => manifest.Bytes.Length)
        .ToFrozenDictionary(group => group.Key, group => group.ToArray());

    private readonly AssociationHandle _connection;
    private readonly PeerGate _gate;
    private readonly long _since = TimeProvider.System.GetTimestamp();
    private byte[]? _originPath;
    private long _heard;
    private int _strikes;
    private volatile bool _isOver;

    /// <summary>Over a connection that is not read yet.</summary>
    public InboundLink(AssociationHandle connection, PeerGate gate)
    {
        _connection = connection;
        _gate = gate;
        _heard = _since;
    }

    /// <summary>Begins to listen.</summary>
    public void Begin() => _connection.ReadHandlerSource.SetResult(this);

    /// <inheritdoc/>
    public void Notify(IHandleEvent ev)
    {
        switch (ev)
        {
            case InboundPayload when _isOver:
                break;
            case InboundPayload payload:
                Volatile.Write(ref _heard, TimeProvider.System.GetTimestamp());
                if (Handle(payload.Payload.Memory) is { } refusal)
                    Refuse(refusal);
                break;
            case Disassociated:
                _isOver = true;
                _gate.Forget(this);
                break;
        }
    }

    /// <summary>Shows that we are here, and ends the connection of somebody who does not.</summary>
    /// <param name="handshake">How long the handshake may take.</param>
    /// <param name="patience">How long nothing may be heard.</param>
    public void Tick(TimeSpan handshake, TimeSpan patience)
    {
        if (_isOver)
            return;
        var isMet = Volatile.Read(ref _originPath) is not null;
        if (TimeProvider.System.GetElapsedTime(isMet ? Volatile.Read(ref _heard) : _since) > (isMet ? patience : handshake))
            Refuse(TransportRefusal.Silent);
        else if (isMet)
            _connection.Write(AkkaFrameWriter.Heartbeat);
    }

    private TransportRefusal? Handle(ReadOnlyMemory<byte> bytes)
    {
        if (AkkaFrame.TryParse(bytes) is not { } frame)
            return TransportRefusal.Malformed;
        if (_originPath is null)
            return frame.Kind == AkkaFrameKind.Associate ? Meet(frame.Origin!) : TransportRefusal.OutOfPlace;
        if (frame.IsSystem)
            return TransportRefusal.SystemMessage;
        switch (frame.Kind)
        {
            case AkkaFrameKind.Message:
                return Deliver(frame, _originPath);
            case AkkaFrameKind.Heartbeat or AkkaFrameKind.Acknowledgement:
                return null;
            case AkkaFrameKind.Disassociate:
                End();
                return null;
            default:
                return TransportRefusal.OutOfPlace;
        }
    }

    private TransportRefusal? Meet(Address origin)
    {
        if (!_gate.IsPeer(origin))
            return TransportRefusal.NotAPeer;
        Volatile.Write(ref _originPath, Encoding.UTF8.GetBytes(PeerGate.PathOf(origin) + "/"));
        _connection.Write(_gate.Handshake);
        return null;
    }

    private TransportRefusal? Deliver(AkkaFrame frame, byte[] originPath)
    {
        if (!frame.Recipient.Span.SequenceEqual(_gate.EntryPath.Span))
            return TransportRefusal.Recipient;
        if (!frame.Sender.IsEmpty && (frame.Sender.Length > MaxSenderBytes || !frame.Sender.Span.StartsWith(originPath)))
            return TransportRefusal.Sender;
        if (frame.SerializerId != WireSerializer.WireIdentifier || Known(frame.Manifest.Span) is not { } manifest)
            return TransportRefusal.Payload;
        _gate.Deliver(new InboundFrame(manifest, frame.Payload));
        return null;
    }

    private static string? Known(ReadOnlySpan<byte> bytes)
    {
        if (!KnownManifests.TryGetValue(bytes.Length, out var manifests))
            return null;
        foreach (var (text, known) in manifests)
        {
            if (bytes.SequenceEqual(known))
                return text;
        }

        return null;
    }

    private void Refuse(TransportRefusal reason)
    {
        _gate.Refuse(reason, _connection.RemoteAddress);
        if (reason < TransportRefusal.Recipient || ++_strikes >= MaxStrikes)
            End();
    }

    private void End()
    {
        _isOver = true;
        _connection.Disassociate("it is over", Akka.Event.NoLogger.Instance);
    }
}
