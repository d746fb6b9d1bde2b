using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>The quorum signature schemes by name. A new scheme is one class and one line in each of these methods.</summary>
public static class QuorumSchemes
{
    /// <summary>All names, as in the genesis file and on the command line.</summary>
    public static IReadOnlyCollection<string> Names => [Ed25519QuorumScheme.SchemeName];

    /// <summary>Creates a scheme.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="committee">The validators.</param>
    /// <param name="shareKeys">Their public share keys in hexadecimal digits, in order.</param>
    /// <param name="known">Shares that need no second verification; none when null.</param>
    /// <exception cref="ConfigurationProblemException">There is no such scheme.</exception>
    public static IQuorumScheme Create(string name, Committee committee, IReadOnlyList<string> shareKeys, IShareCache? known = null) => name switch
    {
        Ed25519QuorumScheme.SchemeName => new Ed25519QuorumScheme(committee, shareKeys, known),
        _ => throw new ConfigurationProblemException($"signatures is \"{JsonFields.Shown(name)}\"; allowed: {string.Join(", ", Names)}"),
    };

    internal static bool IsShareKey(string name, string key) => name switch
    {
        Ed25519QuorumScheme.SchemeName => Ed25519PublicKeys.IsKey(key),
        _ => false,
    };
}
