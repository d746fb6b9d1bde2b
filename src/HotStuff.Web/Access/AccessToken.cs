using System.Security.Cryptography;
using System.Text;
using HotStuff.Crypto;

namespace HotStuff.Web;

/// <summary>
/// The secret of callers who do not come from this machine. Compared in a time that does not depend on what was shown. A browser gets a cookie that follows from it and does not contain it.
/// </summary>
internal sealed class AccessToken
{
    /// <summary>The shortest token, in characters.</summary>
    public const int MinLength = 16;

    private readonly byte[] _digest;
    private readonly byte[] _cookieDigest;

    /// <summary>A token of <see cref="MinLength"/> and more visible ASCII characters.</summary>
    public AccessToken(string token)
    {
        _digest = Digest(token);
        Cookie = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), "hotstuff http cookie 1"u8));
        _cookieDigest = Digest(Cookie);
    }

    /// <summary>The value of the cookie, 64 hex digits.</summary>
    public string Cookie { get; }

    /// <summary>Reads the token from a file (<see cref="TokenFile"/>).</summary>
    /// <exception cref="ConfigurationProblemException">The file cannot be read, others may read it, or there is no token in it.</exception>
    public static AccessToken Load(string path) => new(TokenFile.Load(path, MinLength));

    /// <summary>Whether this is the token.</summary>
    public bool IsToken(string shown) => CryptographicOperations.FixedTimeEquals(Digest(shown), _digest);

    /// <summary>Whether this is the cookie that <see cref="Cookie"/> is.</summary>
    public bool IsCookie(string shown) => CryptographicOperations.FixedTimeEquals(Digest(shown), _cookieDigest);

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
