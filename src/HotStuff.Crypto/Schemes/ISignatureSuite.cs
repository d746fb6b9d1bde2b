using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// A quorum signature scheme with all that belongs to it: how its keys are made, checked and used. Without state; the scheme itself comes from <see cref="CreateScheme"/>.
/// </summary>
public interface ISignatureSuite
{
    /// <summary>The name in the genesis file and on the command line, for example <c>ed25519</c>.</summary>
    string Name { get; }

    /// <summary>What a public share key looks like, to say in an error.</summary>
    string ShareKeyForm { get; }

    /// <summary>Whether the genesis file has, beside each validator's key, commitments of the whole group.</summary>
    bool HasCommitments { get; }

    /// <summary>Whether the text is a public share key.</summary>
    bool IsShareKey(string key);

    /// <summary>What is wrong with the commitments, in a few words; null when the share keys belong to them.</summary>
    /// <param name="quorum">How many shares make a certificate.</param>
    /// <param name="shareKeys">All validators' keys, of which <see cref="IsShareKey"/> holds, in order.</param>
    /// <param name="commitments">The group's, in lower-case hexadecimal digits; none where there are none.</param>
    string? CommitmentProblem(int quorum, IReadOnlyList<string> shareKeys, IReadOnlyList<string> commitments);

    /// <summary>Makes the keys of a new group.</summary>
    /// <param name="replicas">How many.</param>
    /// <param name="quorum">How many shares make a certificate.</param>
    /// <param name="random">Where secrets come from, given how many bytes are needed.</param>
    QuorumKeys GenerateKeys(int replicas, int quorum, Func<int, byte[]> random);

    /// <summary>Makes a private share key ready to sign.</summary>
    /// <param name="secret">32 bytes; the caller clears them.</param>
    /// <returns>Null when the bytes are no key.</returns>
    IShareSigner? ImportShare(ReadOnlySpan<byte> secret);

    /// <summary>The scheme with a group's public keys, which were checked.</summary>
    /// <param name="committee">The validators.</param>
    /// <param name="shareKeys">Their public share keys, in order.</param>
    /// <param name="commitments">The group's.</param>
    /// <param name="known">Shares that need no second verification; none when null.</param>
    IQuorumScheme CreateScheme(Committee committee, IReadOnlyList<string> shareKeys, IReadOnlyList<string> commitments, IShareCache? known = null);
}

/// <summary>The keys of a new group.</summary>
/// <param name="Secrets">Each replica's private share key, 32 bytes.</param>
/// <param name="ShareKeys">Each replica's public one, in lower-case hexadecimal digits.</param>
/// <param name="Commitments">What else is public of the group; none where a scheme has none.</param>
public sealed record QuorumKeys(IReadOnlyList<byte[]> Secrets, IReadOnlyList<string> ShareKeys, IReadOnlyList<string> Commitments);

/// <summary>Signs shares of certificates. Safe to use from several threads; disposing wipes the key.</summary>
public interface IShareSigner : IDisposable
{
    /// <summary>The public key, in lower-case hexadecimal digits.</summary>
    string ShareKey { get; }

    /// <summary>Signs. The same statement gives the same signature.</summary>
    Signature Sign(ReadOnlySpan<byte> statement);
}

/// <summary>The signature suites by name. A new one is one class and one line here.</summary>
public static class SignatureSuites
{
    private static readonly ISignatureSuite[] All = [new Ed25519Suite(), new BlsThresholdSuite(), new BlsMultiSuite()];

    /// <summary>All names, as in the genesis file and on the command line.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. All.Select(suite => suite.Name)];

    /// <summary>The suite of that name.</summary>
    /// <exception cref="ConfigurationProblemException">There is none.</exception>
    public static ISignatureSuite Get(string name) =>
        All.FirstOrDefault(suite => suite.Name == name)
        ?? throw new ConfigurationProblemException($"signatures is \"{JsonFields.Shown(name)}\"; allowed: {string.Join(", ", Names)}");
}
