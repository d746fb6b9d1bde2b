using System.Text;
using Akka.Actor;
using Google.Protobuf;

namespace HotStuff.Cluster;

/// <summary>Encodes the few frames of Akka.Remote's protocol that the gate sends.</summary>
internal static class AkkaFrameWriter
{
    /// <summary>A sign of life.</summary>
    public static readonly ByteString Heartbeat = Control(AkkaFrame.CommandHeartbeat, null);

    /// <summary>The handshake of a system.</summary>
    /// <param name="origin">Its address, without "akka." before the protocol.</param>
    /// <param name="uid">What tells this run of it from others.</param>
    public static ByteString Associate(Address origin, int uid) => Control(AkkaFrame.CommandAssociate, Message(handshake =>
    {
        WriteBytes(handshake, 1, Message(address =>
        {
            WriteBytes(address, 1, Encoding.UTF8.GetBytes(origin.System));
            WriteBytes(address, 2, Encoding.UTF8.GetBytes(origin.Host));
            address.WriteTag(3, WireFormat.WireType.Varint);
            address.WriteUInt32((uint)origin.Port!.Value);
            WriteBytes(address, 4, Encoding.UTF8.GetBytes(origin.Protocol));
        }));
        handshake.WriteTag(2, WireFormat.WireType.Fixed64);
        handshake.WriteFixed64((ulong)uid);
    }));

    private static ByteString Control(int command, byte[]? handshake) => ByteString.CopyFrom(Message(frame => WriteBytes(frame, 2, Message(control =>
    {
        control.WriteTag(1, WireFormat.WireType.Varint);
        control.WriteEnum(command);
        if (handshake is not null)
            WriteBytes(control, 2, handshake);
    }))));

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
            write(output);
        return bytes.ToArray();
    }

    private static void WriteBytes(CodedOutputStream output, int field, byte[] bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(bytes));
    }
}
