using System.Text;

namespace HotStuff.Crypto;

/// <summary>A file that holds a secret word which callers show: one line of printable ASCII, readable by its owner only.</summary>
public static class TokenFile
{
    /// <summary>The longest token, in characters.</summary>
    public const int MaxLength = 1024;

    /// <summary>Reads the token, without the white space around it.</summary>
    /// <exception cref="ConfigurationProblemException">The file cannot be read, others than its owner may read it (on Unix), or it holds no token.</exception>
    public static string Load(string path)
    {
        var token = Encoding.Latin1.GetString(ConfigurationFile.Read(path, 2 * MaxLength, secret: true).Span).Trim();
        if (token.Length is 0 or > MaxLength || token.Any(character => character is < '!' or > '~'))
            throw ConfigurationProblemException.Of(path, "the token", token.Length == 0 ? "empty" : "not one word", $"1 to {MaxLength} printable ASCII characters without white space");
        return token;
    }
}
