using System.Globalization;
using System.Text.Json;

namespace HotStuff.Bls12381.Tests.Vectors;

/// <summary>Reads the vectors that lie beside the tests.</summary>
internal static class VectorFile
{
    public static JsonElement Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", name)));
        return document.RootElement.Clone();
    }

    /// <summary>Bytes of hexadecimal digits, with or without 0x before them.</summary>
    public static byte[] Bytes(this JsonElement element)
    {
        var digits = element.GetString()!;
        return Convert.FromHexString(digits.StartsWith("0x", StringComparison.Ordinal) ? digits[2..] : digits);
    }

    public static int HexNumber(this JsonElement element) =>
        int.Parse(element.GetString()![2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
