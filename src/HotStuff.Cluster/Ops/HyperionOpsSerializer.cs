using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Hyperion;

namespace HotStuff.Cluster;

/// <summary>
/// Hyperion for the messages of the operators' cluster, which any member can send. Hyperion by itself allocates whatever length the bytes claim, and loads the types they name; so the bytes are
/// scanned first: they must have exactly the shape of one of our messages, with every length within what was received.
/// </summary>
/// <param name="system">The system.</param>
public sealed class HyperionOpsSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>The most bytes of a message.</summary>
    internal const int MaxBytes = 128 * 1024;

    // Hyperion's marks in front of a value: an array of bytes, a known type by its number.
    private const byte ByteArray = 9;
    private const byte KnownType = 254;

    // The position in this list is a type's number in the bytes: new ones come last.
    private static readonly Type[] Messages = [typeof(OpsMessages.Frame), typeof(OpsMessages.Watcher)];
    private static readonly Type[][] Fields = [.. Messages.Select(FieldsOf)];

    private readonly Hyperion.Serializer _hyperion = new(SerializerOptions.Default
        .WithVersionTolerance(false)
        .WithPreserveObjectReferences(false)
        .WithIgnoreSerializable(true)
        .WithDisallowUnsafeType(true)
        .WithKnownTypes(Messages));

    /// <inheritdoc/>
    public override int Identifier => 4201;

    /// <inheritdoc/>
    public override string Manifest(object o) => o.GetType().Name;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        using var bytes = new MemoryStream();
        _hyperion.Serialize(obj, bytes);
        return bytes.ToArray();
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The bytes are not one of our messages. Akka drops it and lives on.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        var number = Array.FindIndex(Messages, type => type.Name == manifest);
        if (number < 0 || bytes.Length > MaxBytes || !HasShape(bytes, number))
            throw new SerializationException("not a message of the operators' cluster");
        using var stream = new MemoryStream(bytes, writable: false);
        return _hyperion.Deserialize<object>(stream);
    }

    /// <summary>The fields of a message in the order in which Hyperion writes them: by name.</summary>
    private static Type[] FieldsOf(Type message) =>
        [.. message.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => field.FieldType)];

    private static bool HasShape(ReadOnlySpan<byte> bytes, int number)
    {
        if (bytes is not [KnownType, var low, var high, ..] || (low | (high << 8)) != number)
            return false;
        var rest = bytes[3..];
        foreach (var field in Fields[number])
        {
            if (!TrySkip(ref rest, field))
                return false;
        }

        return rest.IsEmpty;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> rest, Type field)
    {
        if (field == typeof(int))
            return TrySkip(ref rest, sizeof(int));
        if (field != typeof(byte[]))
            throw new NotSupportedException($"a message of the operators' cluster has a field of type {field}");
        return rest is [ByteArray, _, _, _, _, ..] && BinaryPrimitives.ReadInt32LittleEndian(rest[1..]) is var length && TrySkip(ref rest, 1 + sizeof(int)) && TrySkip(ref rest, length);
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> rest, int length)
    {
        if (length < 0 || length > rest.Length)
            return false;
        rest = rest[length..];
        return true;
    }
}
