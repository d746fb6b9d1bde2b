using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace HotStuff.Cluster;

/// <summary>
/// Takes the place, and the identifier, of a serializer that decodes types of the sender's choice, and refuses everything in both directions. Having a string
/// manifest it also keeps Akka from resolving the manifest to a type. Akka drops what it refuses and lives on.
/// </summary>
/// <param name="system">The system.</param>
/// <param name="config"><c>serialization-settings</c> of the alias, with the <c>identifier</c> to take over.</param>
public sealed class RejectSerializer(ExtendedActorSystem system, Config config) : SerializerWithStringManifest(system)
{
    /// <inheritdoc/>
    public override int Identifier { get; } = config.GetInt("identifier");

    /// <inheritdoc/>
    public override string Manifest(object o) => "";

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => throw new SerializationException($"{obj.GetType()} is never sent to another replica");

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => throw new SerializationException($"serializer {Identifier} is switched off");
}
