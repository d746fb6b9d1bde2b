using System.Collections.Frozen;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Serialization;
using Akka.Serialization;

namespace HotStuff.Cluster;

/// <summary>
/// Akka's serializer for its own small messages, of which only the listed manifests are read. Among the others are whole HOCON documents (one nested frame ends
/// the process by stack overflow) and payloads inside payloads.
/// </summary>
/// <param name="system">The system.</param>
/// <param name="config"><c>serialization-settings</c> of the alias, with the <c>inbound-manifests</c> to read.</param>
public sealed class GuardedMiscSerializer(ExtendedActorSystem system, Config config) : SerializerWithStringManifest(system)
{
    private readonly MiscMessageSerializer _inner = new(system);
    private readonly FrozenSet<string> _inbound = config.GetStringList("inbound-manifests").ToFrozenSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int Identifier => _inner.Identifier;

    /// <inheritdoc/>
    public override string Manifest(object o) => _inner.Manifest(o);

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => _inner.ToBinary(obj);

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => manifest is not null && _inbound.Contains(manifest)
        ? _inner.FromBinary(bytes, manifest)
        : throw new SerializationException("refused a message of Akka's own that no replica sends");
}
