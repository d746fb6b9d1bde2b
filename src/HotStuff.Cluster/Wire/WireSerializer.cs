using Akka.Actor;
using Akka.Serialization;

namespace HotStuff.Cluster;

/// <summary>
/// The only serializer of the consensus system that accepts anything from the network. It decodes nothing: bytes go out as they were encoded
/// (<see cref="WireEncoder"/>) and come in as an <see cref="InboundFrame"/>, whatever they are.
/// </summary>
public sealed class WireSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>The identifier on the wire; it never changes.</summary>
    public const int WireIdentifier = 4711;

    /// <inheritdoc/>
    public override int Identifier => WireIdentifier;

    /// <inheritdoc/>
    public override string Manifest(object o) => Outbound(o).Manifest;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => Outbound(obj).Bytes;

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => new InboundFrame(manifest, bytes);

    private static OutboundFrame Outbound(object message) =>
        message as OutboundFrame ?? throw new ArgumentException($"{message.GetType()} is not a frame", nameof(message));
}
