using System.Globalization;
using Akka.Configuration;

namespace HotStuff.Cluster;

/// <summary>Reads checked values below <c>hotstuff</c> and remembers which keys were read.</summary>
internal sealed class SettingsReader(Config config)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>The full names of all keys read so far.</summary>
    public IReadOnlySet<string> KeysRead => _read;

    public string Text(string key)
    {
        var value = Raw(key);
        return value.Length > 0 ? value : throw Refused(key, value, "something");
    }

    /// <summary>Text, or null when it is empty.</summary>
    public string? OptionalText(string key) => Raw(key) is { Length: > 0 } value ? value : null;

    public string OneOf(string key, params string[] allowed)
    {
        var value = Raw(key);
        return allowed.Contains(value, StringComparer.Ordinal) ? value : throw Refused(key, value, string.Join(", ", allowed));
    }

    public bool Switch(string key) => Raw(key) switch
    {
        "on" or "true" or "yes" => true,
        "off" or "false" or "no" => false,
        var other => throw Refused(key, other, "on, off"),
    };

    public int Number(string key, int least, int most)
    {
        var value = Raw(key);
        return int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Refused(key, value, $"{least} to {most}");
    }

    /// <summary>A number, or null when it is 0.</summary>
    public int? OptionalNumber(string key, int least, int most) => Raw(key) == "0" ? null : Number(key, least, most);

    /// <summary>A number from 0 to 1.</summary>
    public double Fraction(string key)
    {
        var value = Raw(key);
        return double.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1
            ? number
            : throw Refused(key, value, "0 to 1");
    }

    /// <summary>An address of the web, or null when it is empty.</summary>
    public Uri? OptionalWebAddress(string key) => OptionalText(key) is not { } value
        ? null
        : Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : throw Refused(key, value, "http://... or https://...");

    public TimeSpan Duration(string key, string least, string most)
    {
        var value = Raw(key);
        return Units.TryParseDuration(value, out var duration) && duration >= Units.Duration(least) && duration <= Units.Duration(most)
            ? duration
            : throw Refused(key, value, $"{least} to {most}");
    }

    public long Bytes(string key, string least, string most)
    {
        var value = Raw(key);
        return Units.TryParseBytes(value, out var bytes) && bytes >= Units.Bytes(least) && bytes <= Units.Bytes(most)
            ? bytes
            : throw Refused(key, value, $"{least} to {most}");
    }

    /// <summary>Bytes, or null when they are 0.</summary>
    public long? OptionalBytes(string key, string least, string most) => Raw(key) == "0" ? null : Bytes(key, least, most);

    /// <summary>A list, or one text with commas between the elements.</summary>
    public IReadOnlyList<string> List(string key)
    {
        var value = Value(key);
        return value.IsArray()
            ? [.. value.GetStringList()]
            : (value.GetString() ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    public static SettingsException Refused(string key, string given, string allowed) =>
        new($"hotstuff.{key} is {(given.Length == 0 ? "empty" : $"'{given}'")}; allowed: {allowed}");

    private string Raw(string key)
    {
        var value = Value(key);
        return value.IsString() ? value.GetString() : throw Refused(key, value.IsArray() ? "[...]" : "{...}", "one value");
    }

    private Akka.Configuration.Hocon.HoconValue Value(string key)
    {
        var name = $"hotstuff.{key}";
        _read.Add(name);
        return config.GetValue(name) ?? throw new SettingsException($"{name} is not set");
    }
}
