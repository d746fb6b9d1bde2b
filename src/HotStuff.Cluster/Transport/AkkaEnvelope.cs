using System.Collections.Frozen;
using System.Text;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// What stands around a message to one peer's entry actor on Akka.Remote's wire (AkkaProtocolMessage, AckAndEnvelopeContainer, RemoteEnvelope and SerializedMessage of its WireFormats.proto): a head and a tail, between
/// which the encoded message stands as it is.
/// </summary>
internal sealed class AkkaEnvelope
{
    // Tags of protobuf: the field's number and how it is encoded.
    private const byte Field1Bytes = (1 << 3) | 2;
    private const byte Field2Bytes = (2 << 3) | 2;
    private const byte Field2Number = 2 << 3;
    private const byte Field3Bytes = (3 << 3) | 2;
    private const byte Field5Fixed64 = (5 << 3) | 1;

    // What Akka.Remote writes for a message that belongs to no sequence.
    private static readonly byte[] NoSequence = [Field5Fixed64, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

    private readonly byte[] _recipient;
    private readonly FrozenDictionary<string, byte[]> _tails;

    /// <summary>For messages to the actor at a path.</summary>
    public AkkaEnvelope(string path)
    {
        _recipient = Bytes(Field1Bytes, Bytes(Field1Bytes, Encoding.UTF8.GetBytes(path)));
        _tails = Manifests.All.ToFrozenDictionary(manifest => manifest, Tail, StringComparer.Ordinal);
    }

    /// <summary>The most bytes of a head.</summary>
    public int MaxHeadSize => _recipient.Length + (4 * (1 + Varint.MaxSize));

    /// <summary>What stands before a message of <paramref name="size"/> bytes: how many bytes of <paramref name="destination"/> it takes.</summary>
    public int WriteHead(Span<byte> destination, string manifest, int size)
    {
        var message = 1 + Varint.SizeOf(size) + size + _tails[manifest].Length - NoSequence.Length;
        var envelope = _recipient.Length + 1 + Varint.SizeOf(message) + message + NoSequence.Length;
        var container = 1 + Varint.SizeOf(envelope) + envelope;

        var position = WriteTag(destination, 0, Field1Bytes, container);
        position = WriteTag(destination, position, Field2Bytes, envelope);
        _recipient.CopyTo(destination[position..]);
        position = WriteTag(destination, position + _recipient.Length, Field2Bytes, message);
        return WriteTag(destination, position, Field1Bytes, size);
    }

    /// <summary>What stands behind a message.</summary>
    public ReadOnlySpan<byte> TailOf(string manifest) => _tails[manifest];

    private static byte[] Tail(string manifest)
    {
        var serializer = new byte[1 + Varint.MaxSize];
        serializer[0] = Field2Number;
        var size = 1 + Varint.Write(serializer.AsSpan(1), WireSerializer.WireIdentifier);
        return [.. serializer.AsSpan(0, size), .. Bytes(Field3Bytes, Encoding.UTF8.GetBytes(manifest)), .. NoSequence];
    }

    private static int WriteTag(Span<byte> destination, int position, byte tag, int length)
    {
        destination[position++] = tag;
        return position + Varint.Write(destination[position..], length);
    }

    private static byte[] Bytes(byte tag, byte[] content)
    {
        var head = new byte[1 + Varint.MaxSize];
        return [.. head.AsSpan(0, WriteTag(head, 0, tag, content.Length)), .. content];
    }
}
