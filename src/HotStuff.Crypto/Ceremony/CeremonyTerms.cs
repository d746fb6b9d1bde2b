using System.Collections.Immutable;
using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>What the operators agree on before they make keys together: everything in the genesis file but the validators.</summary>
/// <param name="Chain">The chain's name.</param>
/// <param name="Replicas">How many validators, 1 to <see cref="MaxReplicas"/>.</param>
/// <param name="Protocol">One of <see cref="ProtocolRules.Names"/>.</param>
/// <param name="Leaders">One of <see cref="LeaderElections.Names"/>.</param>
/// <param name="Limits">The protocol's bounds.</param>
public sealed record CeremonyTerms(string Chain, int Replicas, string Protocol, string Leaders, ProtocolLimits Limits)
{
    /// <summary>The signature scheme whose keys are made: the one that needs a dealer otherwise.</summary>
    public const string Signatures = BlsThresholdScheme.SchemeName;

    /// <summary>The most replicas.</summary>
    public const int MaxReplicas = ThresholdKeys.MaxParticipants;

    /// <summary>How many there are, how many may be faulty, how many make a quorum.</summary>
    internal Committee Committee => new(default, Epoch.Genesis, Replicas);

    /// <summary>Throws with the first rule that is broken.</summary>
    /// <exception cref="ConfigurationProblemException">Something is not allowed; the message says what.</exception>
    internal void Check(string source)
    {
        GenesisRules.CheckTerms(source, Chain, Protocol, Leaders, Signatures, Limits);
        if (Replicas is < 1 or > MaxReplicas)
            throw ConfigurationProblemException.Of(source, "replicas", $"{Replicas}", $"1 to {MaxReplicas}");
    }

    /// <summary>Throws with the first term that is not that of <paramref name="agreed"/>.</summary>
    /// <param name="source">Where these terms come from, for the error.</param>
    /// <param name="agreed">Those of an operator's own enrolment.</param>
    /// <exception cref="ConfigurationProblemException">A term differs.</exception>
    public void CheckAgainst(string source, CeremonyTerms agreed)
    {
        foreach (var (given, expected) in Fields().Zip(agreed.Fields()))
        {
            if (given != expected)
                throw ConfigurationProblemException.Of(source, given.Key, given.Value, $"{expected.Value}, as in this operator's own enrolment");
        }
    }

    private ImmutableArray<(string Key, string Value)> Fields() =>
    [
        ("chain", Chain), ("replicas", $"{Replicas}"), ("protocol", Protocol), ("leaders", Leaders),
        ("limits.maxBlockCommands", $"{Limits.MaxBlockCommands}"), ("limits.maxBlockBytes", $"{Limits.MaxBlockBytes}"),
        ("limits.maxCommandBytes", $"{Limits.MaxCommandBytes}"), ("limits.clientWindow", $"{Limits.ClientWindow}"),
        ("limits.maxSessions", $"{Limits.MaxSessions}"),
        ("limits.snapshotBlocks", $"{Limits.SnapshotBlocks}"),
        ("limits.snapshotBytes", $"{Limits.SnapshotBytes}"),
    ];
}
