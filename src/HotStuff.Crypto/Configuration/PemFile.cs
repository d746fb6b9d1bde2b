using System.Text;

namespace HotStuff.Crypto;

/// <summary>A file with certificates or a key in PEM.</summary>
public static class PemFile
{
    /// <summary>Reads its text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The longest that it may be.</param>
    /// <param name="isSecret">Whether only its owner may be able to read it.</param>
    /// <exception cref="ConfigurationProblemException">It cannot be read, is longer, or, if it is secret, others than its owner may read it (on Unix).</exception>
    public static string Read(string path, int maxBytes, bool isSecret) => Encoding.Latin1.GetString(ConfigurationFile.Read(path, maxBytes, isSecret).Span);
}
