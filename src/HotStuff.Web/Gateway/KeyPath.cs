using System.Globalization;
using HotStuff.StateMachine;

namespace HotStuff.Web;

/// <summary>
/// Reads a key from the path as it was sent: everything after <c>/kv/</c>, each <c>%xx</c> one byte. The path that the server has decoded already tells a slash from an encoded one no more, and holds no bytes that are not text.
/// </summary>
internal static class KeyPath
{
    private const string Prefix = "/kv/";

    /// <summary>The key, 1 to <see cref="KeyValueCommand.MaxKeyBytes"/> bytes; null when there is none.</summary>
    public static byte[]? TryRead(string rawTarget)
    {
        if (!rawTarget.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var end = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var encoded = rawTarget.AsSpan()[Prefix.Length..(end < 0 ? rawTarget.Length : end)];
        var key = new List<byte>(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            var sign = encoded[i];
            if (!char.IsAscii(sign))
                return null;
            if (sign != '%')
            {
                key.Add((byte)sign);
                continue;
            }

            if (encoded.Length - i < 3 || !byte.TryParse(encoded.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                return null;
            key.Add(value);
            i += 2;
        }

        return key.Count is >= 1 and <= KeyValueCommand.MaxKeyBytes ? [.. key] : null;
    }
}
