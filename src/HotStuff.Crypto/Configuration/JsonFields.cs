using System.Text.Json;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// The fields of one JSON object of a configuration file. Every value is asked for by its key and with what is allowed; a field that nobody
/// asked for is refused by <see cref="NoOthers"/>, so that a misspelt key is never silently ignored.
/// </summary>
internal sealed class JsonFields
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly string _file;
    private readonly string _prefix;
    private readonly JsonElement _object;
    private readonly List<string> _asked = [];

    private JsonFields(string file, string prefix, JsonElement element)
    {
        _file = file;
        _prefix = prefix;
        _object = element;
    }

    /// <summary>Reads a file's content, which must be one JSON object.</summary>
    public static JsonFields Parse(string file, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ConfigurationProblemException($"{file}: the file holds {Describe(document.RootElement)}; allowed: one JSON object");
            ReadAllTexts(document.RootElement);
            return new JsonFields(file, "", document.RootElement.Clone());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ConfigurationProblemException($"{file}: the file is not JSON: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>The error about one of these fields.</summary>
    public ConfigurationProblemException Problem(string key, string given, string allowed) =>
        ConfigurationProblemException.Of(_file, _prefix + key, given, allowed);

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public int Integer(string key, int min, int max)
    {
        var value = Required(key);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max)
            return number;
        throw Problem(key, Describe(value), min == max ? $"{min}" : $"{min} to {max}");
    }

    /// <summary>A text; its rules are the caller's.</summary>
    public string Text(string key)
    {
        var value = Required(key);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Problem(key, Describe(value), "a text");
    }

    /// <summary>The bytes of a secret, in hexadecimal digits. Errors do not repeat it.</summary>
    public byte[] Secret(string key, int length)
    {
        var value = Required(key);
        if (value.ValueKind == JsonValueKind.String && Hexadecimal.TryRead(value.GetString()!, length) is { } bytes)
            return bytes;
        throw Problem(key, "something else", $"{2 * length} hexadecimal digits");
    }

    /// <summary>An object.</summary>
    public JsonFields Object(string key)
    {
        var value = Required(key);
        return value.ValueKind == JsonValueKind.Object
            ? new JsonFields(_file, $"{_prefix}{key}.", value)
            : throw Problem(key, Describe(value), "an object");
    }

    /// <summary>A list of <paramref name="min"/> to <paramref name="max"/> objects.</summary>
    public IReadOnlyList<JsonFields> Objects(string key, int min, int max)
    {
        var value = Required(key);
        var allowed = $"a list of {min} to {max} objects";
        if (value.ValueKind != JsonValueKind.Array)
            throw Problem(key, Describe(value), allowed);
        if (value.GetArrayLength() < min || value.GetArrayLength() > max)
            throw Problem(key, $"a list of {value.GetArrayLength()}", allowed);

        return value.EnumerateArray().Select((item, i) => item.ValueKind == JsonValueKind.Object
            ? new JsonFields(_file, $"{_prefix}{key}[{i}].", item)
            : throw Problem($"{key}[{i}]", Describe(item), "an object")).ToArray();
    }

    /// <summary>A list of at most <paramref name="max"/> texts; their rules are the caller's.</summary>
    public IReadOnlyList<string> Texts(string key, int max)
    {
        var value = Required(key);
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > max || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw Problem(key, Describe(value), $"a list of up to {max} texts");
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }

    /// <summary>A list of at most <paramref name="max"/> indices of replicas.</summary>
    public IReadOnlyList<ReplicaId> Replicas(string key, int max)
    {
        var value = Required(key);
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > max
            || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var index) || index < 0 || index >= max))
            throw Problem(key, Describe(value), $"a list of up to {max} indices of replicas");
        return [.. value.EnumerateArray().Select(item => new ReplicaId(item.GetInt32()))];
    }

    /// <summary>Refuses fields that were not asked for.</summary>
    public void NoOthers()
    {
        foreach (var property in _object.EnumerateObject())
        {
            if (!_asked.Contains(property.Name, StringComparer.Ordinal))
                throw Problem(Shown(property.Name), "not a known key", string.Join(", ", _asked));
        }
    }

    /// <summary>What a person gave, fit for one line.</summary>
    public static string Shown(string given)
    {
        var line = new string(given.Select(c => char.IsControl(c) ? '?' : c).Take(40).ToArray());
        return given.Length > 40 ? line + "..." : line;
    }

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text \"{Shown(value.GetString()!)}\"",
        _ => Shown(value.GetRawText()),
    };

    // The parser leaves broken Unicode in texts to whoever reads them, with another exception.
    private static void ReadAllTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    ReadAllTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    ReadAllTexts(property.Value);
                }

                break;
        }
    }

    private JsonElement Required(string key)
    {
        _asked.Add(key);
        return _object.TryGetProperty(key, out var value) ? value : throw new ConfigurationProblemException($"{_file}: {_prefix}{key} is missing");
    }
}
