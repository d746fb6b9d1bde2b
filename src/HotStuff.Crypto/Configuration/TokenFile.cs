using System.Text;

namespace HotStuff.Crypto;

/// <summary>A file that holds a secret word which callers show: one line of printable ASCII, readable by its owner only.</summary>
public static class TokenFile
{
    /// <summary>The longest token, in characters.</summary>
    public const int MaxLength = 1024;

    /// <summary>Reads the token, without the white space around it.</summary>
    /// <exception cref="ConfigurationProblemException">The file cannot be read, others than its owner may read it (on Unix), or it holds no token.</exception>
    /// <param name="path">The file.</param>
    /// <param name="minLength">The shortest token, in characters, 1 and more.</param>
    public static string Load(string path, int minLength = 1)
    {
        var token = Encoding.Latin1.GetString(ConfigurationFile.Read(path, 2 * MaxLength, secret: true).Span).Trim();
        var fits = token.Length >= minLength && token.Length <= MaxLength;
        if (!fits || token.Any(character => character is < '!' or > '~'))
            throw ConfigurationProblemException.Of(path, "the token", fits ? "not one word" : token.Length == 0 ? "empty" : $"{token.Length} characters long", $"{minLength} to {MaxLength} printable ASCII characters without white space");
        return token;
    }
}
