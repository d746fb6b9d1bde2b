using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// What every replica and client of a chain must agree on before it starts: who the validators are, which protocol they speak and within which
/// bounds. Immutable, and valid by construction.
/// </summary>
public sealed class Genesis
{
    /// <summary>The version of the file format.</summary>
    public const int FileVersion = 1;

    /// <summary>The longest genesis file that is read, in bytes.</summary>
    public const int MaxFileBytes = 1024 * 1024;

    private Genesis(
        string chain,
        string protocol,
        string leaders,
        string signatures,
        ProtocolLimits limits,
        ImmutableArray<Validator> validators,
        ImmutableArray<string> commitments)
    {
        Chain = chain;
        Protocol = protocol;
        Leaders = leaders;
        Signatures = signatures;
        Limits = limits;
        Validators = validators;
        Commitments = commitments;
        ChainId = GenesisRules.ChainIdOf(this);
        Committee = new Committee(ChainId, Epoch.Genesis, validators.Length);
    }

    /// <summary>The chain's name: 1 to 64 letters, digits, dots, hyphens and underscores.</summary>
    public string Chain { get; }

    /// <summary>The protocol variant, one of <see cref="ProtocolRules.Names"/>.</summary>
    public string Protocol { get; }

    /// <summary>How leaders are chosen, one of <see cref="LeaderElections.Names"/>.</summary>
    public string Leaders { get; }

    /// <summary>The quorum signature scheme, one of <see cref="SignatureSuites.Names"/>.</summary>
    public string Signatures { get; }

    /// <summary>The bounds on which replicas must agree.</summary>
    public ProtocolLimits Limits { get; }

    /// <summary>The validators in the order of their indices.</summary>
    public ImmutableArray<Validator> Validators { get; }

    /// <summary>What is public of the validators' group beside their keys, where the signature scheme has such a thing; in hexadecimal digits, lower case.</summary>
    public ImmutableArray<string> Commitments { get; }

    /// <summary>
    /// SHA-256 over name, protocol, leaders, signatures, limits, the validators' keys in order and the commitments, but not over addresses: a replica that
    /// moves stays on its chain.
    /// </summary>
    public ChainId ChainId { get; }

    /// <summary>The validator set of epoch 0.</summary>
    public Committee Committee { get; }

    /// <summary>Makes a genesis in memory.</summary>
    /// <exception cref="ConfigurationProblemException">Something is not allowed; the message says what.</exception>
    public static Genesis Create(
        string chain,
        string protocol,
        string leaders,
        string signatures,
        ProtocolLimits limits,
        IEnumerable<Validator> validators,
        IEnumerable<string>? commitments = null) =>
        Create("genesis", chain, protocol, leaders, signatures, limits, validators, commitments ?? []);

    /// <summary>Reads a genesis file.</summary>
    /// <exception cref="ConfigurationProblemException">The file cannot be read or breaks a rule; the message says which.</exception>
    public static Genesis Load(string path) => GenesisFile.Decode(path, ConfigurationFile.Read(path, MaxFileBytes));

    /// <summary>Writes the genesis file, replacing one that is there.</summary>
    /// <exception cref="ConfigurationProblemException">The file cannot be written.</exception>
    public void Save(string path) => ConfigurationFile.Replace(path, GenesisFile.Encode(this));

    /// <summary>The quorum signature scheme with the validators' share keys.</summary>
    /// <param name="known">Shares that need no second verification; none when null.</param>
    public IQuorumScheme CreateScheme(IShareCache? known = null) =>
        SignatureSuites.Get(Signatures).CreateScheme(Committee, [.. Validators.Select(validator => validator.ShareKey)], Commitments, known);

    /// <inheritdoc/>
    public override string ToString() => $"{Chain} ({ChainId}), {Validators.Length} validators";

    internal static Genesis Create(
        string source,
        string chain,
        string protocol,
        string leaders,
        string signatures,
        ProtocolLimits limits,
        IEnumerable<Validator> validators,
        IEnumerable<string> commitments)
    {
        var all = validators
            .Select(validator => validator with
            {
                IdentityKey = validator.IdentityKey.ToLowerInvariant(),
                ShareKey = validator.ShareKey.ToLowerInvariant(),
            })
            .ToImmutableArray();
        var group = commitments.Select(commitment => commitment.ToLowerInvariant()).ToImmutableArray();
        GenesisRules.Check(source, chain, protocol, leaders, signatures, limits, all, group);
        return new Genesis(chain, protocol, leaders, signatures, limits, all, group);
    }
}
