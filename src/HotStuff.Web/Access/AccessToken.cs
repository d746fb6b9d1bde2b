using System.Security.Cryptography;
using System.Text;
using HotStuff.Cluster;

namespace HotStuff.Web;

/// <summary>
/// The secret of callers who do not come from this machine. Compared in a time that does not depend on what was shown. A browser gets a cookie that follows from it and does not contain it.
/// </summary>
internal sealed class AccessToken
{
    /// <summary>The shortest token, in characters.</summary>
    public const int MinLength = 16;

    /// <summary>The longest token, in characters.</summary>
    public const int MaxLength = 512;

    private const string Key = "hotstuff.http.token-file";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly byte[] _digest;
    private readonly byte[] _cookieDigest;

    /// <summary>A token of <see cref="MinLength"/> to <see cref="MaxLength"/> visible ASCII characters.</summary>
    public AccessToken(string token)
    {
        _digest = Digest(token);
        Cookie = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), "hotstuff http cookie 1"u8));
        _cookieDigest = Digest(Cookie);
    }

    /// <summary>The value of the cookie, 64 hex digits.</summary>
    public string Cookie { get; }

    /// <summary>Reads the token from a file: what is in it without the white space around it.</summary>
    /// <exception cref="SettingsException">The file cannot be read, others may read it, or there is no token in it.</exception>
    public static AccessToken Load(string path)
    {
        string text;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(file.SafeFileHandle) is var mode && (mode & ~OwnerOnly) != UnixFileMode.None)
                throw new SettingsException($"{Key}: others than its owner may use {path}; allowed is the mode 0600 or 0400 (chmod 600)");
            Span<byte> bytes = stackalloc byte[MaxLength + 64];
            text = Encoding.UTF8.GetString(bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)]).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"{Key}: {path} cannot be read: {exception.Message}", exception);
        }

        return text.Length is >= MinLength and <= MaxLength && text.All(char.IsAscii) && !text.Any(char.IsWhiteSpace) && !text.Any(char.IsControl)
            ? new AccessToken(text)
            : throw new SettingsException($"{Key}: {path} holds no token; allowed are {MinLength} to {MaxLength} letters, digits and signs of ASCII");
    }

    /// <summary>Whether this is the token.</summary>
    public bool IsToken(string shown) => CryptographicOperations.FixedTimeEquals(Digest(shown), _digest);

    /// <summary>Whether this is the cookie that <see cref="Cookie"/> is.</summary>
    public bool IsCookie(string shown) => CryptographicOperations.FixedTimeEquals(Digest(shown), _cookieDigest);

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
