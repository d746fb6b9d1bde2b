namespace HotStuff.Crypto;

/// <summary>Keys and digests in files: hexadecimal digits, two a byte.</summary>
internal static class Hexadecimal
{
    /// <summary>Exactly <paramref name="length"/> bytes, or null when <paramref name="text"/> is anything else.</summary>
    public static byte[]? TryRead(string text, int length)
    {
        if (text.Length != 2 * length)
            return null;

        var bytes = new byte[length];
        return Convert.FromHexString(text, bytes, out _, out var written) == System.Buffers.OperationStatus.Done && written == length ? bytes : null;
    }
}
