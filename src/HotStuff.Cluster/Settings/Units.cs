using System.Globalization;

namespace HotStuff.Cluster;

/// <summary>Durations and sizes as they are written in a configuration file: a number and its unit, with or without a space between.</summary>
internal static class Units
{
    private static readonly (string Unit, double Milliseconds)[] Durations =
        [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    private static readonly (string Unit, long Bytes)[] Sizes = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("B", 1)];

    /// <summary>A duration that this code, not a user, has written.</summary>
    public static TimeSpan Duration(string text) =>
        TryParseDuration(text, out var duration) ? duration : throw new ArgumentException($"'{text}' is no duration", nameof(text));

    /// <summary>A size that this code, not a user, has written.</summary>
    public static long Bytes(string text) =>
        TryParseBytes(text, out var bytes) ? bytes : throw new ArgumentException($"'{text}' is no size", nameof(text));

    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        foreach (var (unit, milliseconds) in Durations)
        {
            if (TryParseNumber(text, unit, out var number) && number * milliseconds < TimeSpan.MaxValue.TotalMilliseconds)
            {
                duration = TimeSpan.FromMilliseconds(number * milliseconds);
                return true;
            }
        }

        duration = default;
        return false;
    }

    public static bool TryParseBytes(string text, out long bytes)
    {
        foreach (var (unit, size) in Sizes)
        {
            if (TryParseNumber(text, unit, out var number) && number * size < long.MaxValue)
            {
                bytes = (long)(number * size);
                return true;
            }
        }

        bytes = default;
        return false;
    }

    private static bool TryParseNumber(string text, string unit, out double number)
    {
        number = default;
        return text.EndsWith(unit, StringComparison.Ordinal)
            && double.TryParse(text.AsSpan(0, text.Length - unit.Length).TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }
}
