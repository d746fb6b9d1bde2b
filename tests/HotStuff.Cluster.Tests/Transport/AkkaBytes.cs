using System.Text;
using Google.Protobuf;

namespace HotStuff.Cluster.Tests;

/// <summary>Frames of Akka.Remote's protocol as an attacker makes them: anything goes.</summary>
internal static class AkkaBytes
{
    public static byte[] Associate(PeerAddress origin, string system = ConsensusSystem.Name, string protocol = "tcp") =>
        Bytes(2, Number(1, 1), Bytes(2, Bytes(1, Text(1, system), Text(2, origin.Host), Number(3, origin.Port), Text(4, protocol)), Fixed(2, 77)));

    public static byte[] Control(int command) => Bytes(2, Number(1, command));

    /// <summary>A message as our replicas send it, but for what is given.</summary>
    public static byte[] Message(
        PeerAddress to,
        string path = "/user/replica",
        byte[]? sender = null,
        int serializer = WireSerializer.WireIdentifier,
        string manifest = Manifests.Vote,
        long sequence = -1,
        byte[]? acknowledgement = null,
        byte[]? payload = null)
    {
        var serialized = Bytes(2, Bytes(1, payload ?? [1, 2, 3]), Number(2, serializer), Text(3, manifest));
        return Bytes(1, acknowledgement ?? [], Bytes(2, Bytes(1, Text(1, PathOf(to, path))), serialized, sender ?? [], Fixed(5, sequence)));
    }

    public static byte[] Sender(PeerAddress of, string path = "/user/replica") => Bytes(4, Text(1, PathOf(of, path)));

    public static byte[] Acknowledgement(long number, params long[] missing) => Bytes(1, [Fixed(1, number), .. missing.Select(one => Fixed(2, one))]);

    public static byte[] Number(int field, long value) => Write(output =>
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    });

    public static byte[] Fixed(int field, long value) => Write(output =>
    {
        output.WriteTag(field, WireFormat.WireType.Fixed64);
        output.WriteFixed64((ulong)value);
    });

    public static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    /// <summary>A field of all these bytes, one after the other.</summary>
    public static byte[] Bytes(int field, params byte[][] parts) => Write(output =>
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(parts.SelectMany(part => part).ToArray()));
    });

    public static byte[] Framed(byte[] frame) => [.. BitConverter.GetBytes(frame.Length), .. frame];

    private static string PathOf(PeerAddress of, string path) => $"akka.tcp://{ConsensusSystem.Name}@{of.Host}:{of.Port}{path}";

    private static byte[] Write(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
            write(output);
        return bytes.ToArray();
    }
}
