using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>Makes the keys of a new chain.</summary>
public static class KeyGenerator
{
    /// <summary>Generates all replicas' keys and the genesis that belongs to them.</summary>
    /// <param name="chain">The chain's name.</param>
    /// <param name="replicas">How many validators, 1 to <see cref="Committee.MaxSize"/>.</param>
    /// <param name="address">Where replica i is reached; <see cref="PortPlan.Default"/> on this machine when null.</param>
    /// <param name="limits">The protocol's bounds; the defaults when null.</param>
    /// <param name="protocol">One of <see cref="ProtocolRules.Names"/>.</param>
    /// <param name="leaders">One of <see cref="LeaderElections.Names"/>.</param>
    /// <param name="signatures">One of <see cref="SignatureSuites.Names"/>.</param>
    /// <param name="secret">
    /// Where private keys come from, given how many bytes are needed; the system's random numbers when null. Tests and simulations give another
    /// source to have the same keys each time.
    /// </param>
    /// <exception cref="ConfigurationProblemException">Something is not allowed; the message says what.</exception>
    public static (Genesis Genesis, IReadOnlyList<ReplicaKeys> Keys) Generate(
        string chain,
        int replicas,
        Func<int, ReplicaAddress>? address = null,
        ProtocolLimits? limits = null,
        string protocol = "chained",
        string leaders = "round-robin",
        string signatures = "ed25519",
        Func<int, byte[]>? secret = null)
    {
        if (replicas is < 1 or > Committee.MaxSize)
            throw new ConfigurationProblemException($"the number of replicas is {replicas}; allowed: 1 to {Committee.MaxSize}");

        address ??= PortPlan.Default.Local;
        secret ??= System.Security.Cryptography.RandomNumberGenerator.GetBytes;
        var suite = SignatureSuites.Get(signatures);
        var identities = Enumerable.Range(0, replicas).Select(_ => secret(ReplicaKeys.SecretSize)).ToArray();
        var shares = suite.GenerateKeys(replicas, new Committee(default, Epoch.Genesis, replicas).Quorum, secret);
        var validators = identities.Select((identity, i) =>
            new Validator(new ReplicaId(i), ReplicaKeys.PublicKeyOf(identity), shares.ShareKeys[i], address(i)));
        var genesis = Genesis.Create(chain, protocol, leaders, signatures, limits ?? new ProtocolLimits(), validators, shares.Commitments);
        var keys = identities.Select((identity, i) => new ReplicaKeys(genesis.ChainId, suite, new ReplicaId(i), identity, shares.Secrets[i])).ToArray();
        return (genesis, keys);
    }
}
