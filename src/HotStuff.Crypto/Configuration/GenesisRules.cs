using System.Collections.Immutable;
using System.Text;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>What makes a genesis valid, and what identifies its chain.</summary>
internal static class GenesisRules
{
    private const int MaxName = 64;

    /// <summary>Throws with the first rule that is broken.</summary>
    public static void Check(
        string source,
        string chain,
        string protocol,
        string leaders,
        string signatures,
        ProtocolLimits limits,
        ImmutableArray<Validator> validators,
        ImmutableArray<string> commitments)
    {
        CheckTerms(source, chain, protocol, leaders, signatures, limits);
        if (validators.Length is 0 or > Committee.MaxSize)
            throw ConfigurationProblemException.Of(source, "validators", $"a list of {validators.Length}", $"a list of 1 to {Committee.MaxSize}");
        var suite = SignatureSuites.Get(signatures);
        CheckValidators(source, suite, validators);
        var quorum = new Committee(default, Epoch.Genesis, validators.Length).Quorum;
        if (suite.CommitmentProblem(quorum, [.. validators.Select(validator => validator.ShareKey)], commitments) is { } wrong)
            throw new ConfigurationProblemException($"{source}: commitments are {wrong}");
    }

    /// <summary>The rules that hold before there are validators.</summary>
    public static void CheckTerms(string source, string chain, string protocol, string leaders, string signatures, ProtocolLimits limits)
    {
        if (chain.Length is 0 or > MaxName || !chain.All(IsNameCharacter))
        {
            throw ConfigurationProblemException.Of(
                source, "chain", $"\"{JsonFields.Shown(chain)}\"", $"1 to {MaxName} letters, digits, dots, hyphens and underscores");
        }

        CheckName(source, "protocol", protocol, ProtocolRules.Names);
        CheckName(source, "leaders", leaders, LeaderElections.Names);
        CheckName(source, "signatures", signatures, SignatureSuites.Names);
        if (limits.Problem() is { } problem)
            throw new ConfigurationProblemException($"{source}: limits.{problem}");
    }

    /// <summary>An identity key that no other key in <paramref name="keys"/> equals; adds it.</summary>
    public static void CheckIdentityKey(string source, string key, string identityKey, Dictionary<string, string> keys)
    {
        if (!Ed25519PublicKeys.IsKey(identityKey))
            throw NotAKey(source, key, identityKey, $"an Ed25519 public key, {Ed25519PublicKeys.Allowed}");
        CheckDistinct(source, keys, key, identityKey);
    }

    /// <summary>A host name or address, and ports that nobody in <paramref name="endpoints"/> has on it; adds them.</summary>
    public static void CheckAddress(string source, string at, ReplicaAddress address, Dictionary<string, string> endpoints)
    {
        if (Uri.CheckHostName(address.Host) == UriHostNameType.Unknown)
        {
            throw ConfigurationProblemException.Of(
                source, $"{at}.host", $"\"{JsonFields.Shown(address.Host)}\"", "a host name or an IP address");
        }

        foreach (var (key, port) in GenesisFile.PortKeys(address.Ports))
        {
            if (port is < 1 or > 65535)
                throw ConfigurationProblemException.Of(source, $"{at}.{key}", $"{port}", "1 to 65535");
            CheckDistinct(source, endpoints, $"{at}.{key}", $"{address.Host}:{port}");
        }
    }

    /// <summary>The digest of everything that replicas must agree on, canonically encoded.</summary>
    public static ChainId ChainIdOf(Genesis genesis)
    {
        var names = new[] { genesis.Chain, genesis.Protocol, genesis.Leaders, genesis.Signatures };
        var size = 64 + names.Sum(name => 2 + name.Length) + genesis.Validators.Sum(v => 4 + ((v.IdentityKey.Length + v.ShareKey.Length) / 2))
            + genesis.Commitments.Sum(commitment => 2 + (commitment.Length / 2));
        var buffer = new byte[size];
        var writer = new CanonicalWriter(buffer);
        writer.Tag("hotstuff/genesis/1"u8);
        foreach (var name in names)
            WriteBytes(ref writer, Encoding.ASCII.GetBytes(name));
        writer.Int32(genesis.Limits.MaxBlockCommands);
        writer.Int32(genesis.Limits.MaxBlockBytes);
        writer.Int32(genesis.Limits.MaxCommandBytes);
        writer.Int32(genesis.Limits.ClientWindow);
        writer.Int32(genesis.Limits.MaxSessions);
        writer.Int32(genesis.Limits.SnapshotBlocks);
        writer.Int32(genesis.Limits.SnapshotBytes);
        writer.Int32(genesis.Validators.Length);
        foreach (var validator in genesis.Validators)
        {
            WriteBytes(ref writer, Convert.FromHexString(validator.IdentityKey));
            WriteBytes(ref writer, Convert.FromHexString(validator.ShareKey));
        }

        foreach (var commitment in genesis.Commitments)
            WriteBytes(ref writer, Convert.FromHexString(commitment));

        return new ChainId(Digest.Of(buffer.AsSpan(0, writer.Length)));
    }

    private static void CheckValidators(string source, ISignatureSuite suite, ImmutableArray<Validator> validators)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        var endpoints = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < validators.Length; i++)
        {
            var validator = validators[i];
            var at = $"validators[{i}]";
            if (validator.Replica.Index != i)
                throw ConfigurationProblemException.Of(source, $"{at}.index", $"{validator.Replica.Index}", $"{i}, the position in the list");
            CheckIdentityKey(source, $"{at}.identityKey", validator.IdentityKey, keys);
            if (!suite.IsShareKey(validator.ShareKey))
                throw NotAKey(source, $"{at}.shareKey", validator.ShareKey, $"a public key of {suite.Name}, {suite.ShareKeyForm}");
            CheckDistinct(source, keys, $"{at}.shareKey", validator.ShareKey);
            CheckAddress(source, at, validator.Address, endpoints);
        }
    }

    private static void CheckDistinct(string source, Dictionary<string, string> seen, string key, string value)
    {
        if (!seen.TryAdd(value, key))
            throw ConfigurationProblemException.Of(source, key, value, $"another one, because this is {seen[value]} already");
    }

    private static void CheckName(string source, string key, string name, IEnumerable<string> names)
    {
        if (!names.Contains(name, StringComparer.Ordinal))
            throw ConfigurationProblemException.Of(source, key, $"\"{JsonFields.Shown(name)}\"", string.Join(", ", names));
    }

    private static ConfigurationProblemException NotAKey(string source, string key, string given, string allowed) =>
        ConfigurationProblemException.Of(source, key, $"\"{JsonFields.Shown(given)}\"", allowed);

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';

    private static void WriteBytes(ref CanonicalWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.UInt16((ushort)bytes.Length);
        writer.Bytes(bytes);
    }
}
