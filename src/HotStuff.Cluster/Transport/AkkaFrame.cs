using System.Text;
using Akka.Actor;

namespace HotStuff.Cluster;

/// <summary>What a frame of Akka.Remote's protocol is.</summary>
internal enum AkkaFrameKind
{
    /// <summary>The handshake, the same both ways.</summary>
    Associate,

    /// <summary>The end of an association, for whatever reason.</summary>
    Disassociate,

    /// <summary>The end of an association, and that there shall be no other.</summary>
    Quarantined,

    /// <summary>A sign of life.</summary>
    Heartbeat,

    /// <summary>The acknowledgement of system messages, of which there are none.</summary>
    Acknowledgement,

    /// <summary>A message to an actor.</summary>
    Message,
}

/// <summary>
/// One frame of Akka.Remote's protocol, taken apart without copying: the messages AkkaProtocolMessage, AkkaControlMessage, AkkaHandshakeInfo,
/// AckAndEnvelopeContainer and RemoteEnvelope of its WireFormats.proto. Nothing but what Akka.Remote writes is accepted.
/// </summary>
internal readonly record struct AkkaFrame
{
    private const int MaxName = 255;
    private const ulong NoSequence = ulong.MaxValue;

    internal const int CommandAssociate = 1;
    private const int CommandDisassociate = 2;
    internal const int CommandHeartbeat = 3;
    private const int CommandShuttingDown = 4;
    private const int CommandQuarantined = 5;

    /// <summary>What it is.</summary>
    public AkkaFrameKind Kind { get; private init; }

    /// <summary>Who speaks, in an <see cref="AkkaFrameKind.Associate"/>.</summary>
    public Address? Origin { get; private init; }

    /// <summary>Whether a message belongs to a sequence, as system messages do, or an acknowledgement says something.</summary>
    public bool IsSystem { get; private init; }

    /// <summary>The path of the recipient of a message.</summary>
    public ReadOnlyMemory<byte> Recipient { get; private init; }

    /// <summary>The path of the sender of a message; empty when it has none.</summary>
    public ReadOnlyMemory<byte> Sender { get; private init; }

    /// <summary>The serializer of a message.</summary>
    public int SerializerId { get; private init; }

    /// <summary>The manifest of a message.</summary>
    public ReadOnlyMemory<byte> Manifest { get; private init; }

    /// <summary>The serialized message.</summary>
    public ReadOnlyMemory<byte> Payload { get; private init; }

    /// <summary>Takes a frame apart; null when Akka.Remote would not have written it.</summary>
    public static AkkaFrame? TryParse(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        AkkaFrame? frame = null;
        if (reader.Next() && reader.Kind == ProtobufKind.Bytes)
        {
            frame = reader.Field switch
            {
                1 => ParsePayload(reader.Bytes),
                2 => ParseControl(reader.Bytes),
                _ => null,
            };
        }

        return reader.Next() || reader.IsBroken ? null : frame;
    }

    private static AkkaFrame? ParseControl(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        var (command, handshake) = (0UL, ReadOnlyMemory<byte>.Empty);
        while (reader.Next())
        {
            switch (reader.Field, reader.Kind)
            {
                case (1, ProtobufKind.Varint):
                    command = reader.Number;
                    break;
                case (2, ProtobufKind.Bytes):
                    handshake = reader.Bytes;
                    break;
                default:
                    return null;
            }
        }

        if (reader.IsBroken || (command == CommandAssociate) == handshake.IsEmpty)
            return null;
        return command switch
        {
            CommandAssociate => ParseHandshake(handshake),
            CommandDisassociate or CommandShuttingDown => new AkkaFrame { Kind = AkkaFrameKind.Disassociate },
            CommandHeartbeat => new AkkaFrame { Kind = AkkaFrameKind.Heartbeat },
            CommandQuarantined => new AkkaFrame { Kind = AkkaFrameKind.Quarantined },
            _ => null,
        };
    }

    private static AkkaFrame? ParseHandshake(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        Address? origin = null;
        while (reader.Next())
        {
            switch (reader.Field, reader.Kind)
            {
                case (1, ProtobufKind.Bytes):
                    origin = ParseAddress(reader.Bytes);
                    break;
                case (2, ProtobufKind.Fixed64):
                    break;
                default:
                    return null;
            }
        }

        return reader.IsBroken || origin is null ? null : new AkkaFrame { Kind = AkkaFrameKind.Associate, Origin = origin };
    }

    private static Address? ParseAddress(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        var (system, host, port, protocol) = ("", "", 0UL, "");
        while (reader.Next())
        {
            switch (reader.Field, reader.Kind)
            {
                case (1, ProtobufKind.Bytes) when reader.Bytes.Length <= MaxName:
                    system = Encoding.UTF8.GetString(reader.Bytes.Span);
                    break;
                case (2, ProtobufKind.Bytes) when reader.Bytes.Length <= MaxName:
                    host = Encoding.UTF8.GetString(reader.Bytes.Span);
                    break;
                case (3, ProtobufKind.Varint) when reader.Number <= ushort.MaxValue:
                    port = reader.Number;
                    break;
                case (4, ProtobufKind.Bytes) when reader.Bytes.Length <= MaxName:
                    protocol = Encoding.UTF8.GetString(reader.Bytes.Span);
                    break;
                default:
                    return null;
            }
        }

        return reader.IsBroken ? null : new Address(protocol, system, host, (int)port);
    }

    private static AkkaFrame? ParsePayload(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        AkkaFrame? frame = null;
        var acknowledges = false;
        while (reader.Next())
        {
            switch (reader.Field, reader.Kind)
            {
                case (1, ProtobufKind.Bytes):
                    acknowledges = !IsIdleAcknowledgement(reader.Bytes);
                    frame = new AkkaFrame { Kind = AkkaFrameKind.Acknowledgement };
                    break;
                case (2, ProtobufKind.Bytes):
                    frame = ParseEnvelope(reader.Bytes);
                    if (frame is null)
                        return null;
                    break;
                default:
                    return null;
            }
        }

        return reader.IsBroken ? null : frame is { } parsed ? parsed with { IsSystem = parsed.IsSystem || acknowledges } : null;
    }

    // A peer that has received no system message sends this after a reconnect, alone or with a message.
    private static bool IsIdleAcknowledgement(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        return reader.Next() && (reader.Field, reader.Kind, reader.Number) == (1, ProtobufKind.Fixed64, NoSequence) && !reader.Next() && !reader.IsBroken;
    }

    private static AkkaFrame? ParseEnvelope(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        var frame = new AkkaFrame { Kind = AkkaFrameKind.Message, IsSystem = true };
        while (reader.Next())
        {
            switch (reader.Field, reader.Kind)
            {
                case (1, ProtobufKind.Bytes) when ParseActor(reader.Bytes) is { } recipient:
                    frame = frame with { Recipient = recipient };
                    break;
                case (2, ProtobufKind.Bytes) when ParseSerialized(frame, reader.Bytes) is { } serialized:
                    frame = serialized;
                    break;
                case (4, ProtobufKind.Bytes) when ParseActor(reader.Bytes) is { } sender:
                    frame = frame with { Sender = sender };
                    break;
                case (5, ProtobufKind.Fixed64):
                    frame = frame with { IsSystem = reader.Number != NoSequence };
                    break;
                default:
                    return null;
            }
        }

        return reader.IsBroken ? null : frame;
    }

    private static ReadOnlyMemory<byte>? ParseActor(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        return reader.Next() && (reader.Field, reader.Kind) == (1, ProtobufKind.Bytes) && reader.Bytes is var path && !reader.Next() && !reader.IsBroken
            ? path
            : null;
    }

    private static AkkaFrame? ParseSerialized(AkkaFrame frame, ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field, reader.Kind)
            {
                case (1, ProtobufKind.Bytes):
                    frame = frame with { Payload = reader.Bytes };
                    break;
                case (2, ProtobufKind.Varint):
                    frame = frame with { SerializerId = unchecked((int)reader.Number) };
                    break;
                case (3, ProtobufKind.Bytes):
                    frame = frame with { Manifest = reader.Bytes };
                    break;
                default:
                    return null;
            }
        }

        return reader.IsBroken ? null : frame;
    }
}
