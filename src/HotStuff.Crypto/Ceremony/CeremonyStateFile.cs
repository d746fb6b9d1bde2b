using System.Collections.Immutable;
using System.Text.Json.Nodes;
using HotStuff.Bls12381;

namespace HotStuff.Crypto;

/// <summary>
/// An operator's state between the rounds: JSON, readable by its owner only (mode 0600) from the moment it is created. It holds secrets and never lies where messages are
/// exchanged; after the ceremony nobody needs it.
/// </summary>
public static class CeremonyStateFile
{
    private const int FileVersion = 1;
    private const int MaxFileBytes = 2 * ExchangeDirectory.MaxFileBytes;

    /// <summary>Writes a new state file.</summary>
    /// <exception cref="ConfigurationProblemException">There is a file already, or it cannot be written.</exception>
    public static void Create(string path, CeremonyState state) => ConfigurationFile.CreateSecret(path, Encode(state));

    /// <summary>Replaces a state file.</summary>
    /// <exception cref="ConfigurationProblemException">It cannot be written.</exception>
    public static void Replace(string path, CeremonyState state) => ConfigurationFile.ReplaceSecret(path, Encode(state));

    /// <summary>Reads a state file.</summary>
    /// <exception cref="ConfigurationProblemException">The file cannot be read, others than its owner may read it (on Unix), or it is malformed.</exception>
    public static CeremonyState Load(string path)
    {
        var fields = JsonFields.Parse(path, ConfigurationFile.Read(path, MaxFileBytes, secret: true));
        fields.Integer("version", FileVersion, FileVersion);
        var identity = fields.Secret("identitySecret", ReplicaKeys.SecretSize);
        var encryption = fields.Secret("encryptionSecret", SealedShare.KeySize);
        var published = fields.Objects("published", 1, Enum.GetValues<CeremonyRound>().Length).Select(CeremonyMessageFile.Decode).ToArray();
        if (published[0].Body is not CeremonyBody.Enrolment enrolment
            || published[0].From.Index >= enrolment.Terms.Replicas
            || published.Select(message => message.Round).Distinct().Count() != published.Length)
        {
            throw fields.Problem("published", "something else", "messages of different rounds, an enrolment first");
        }

        var polynomial = fields.Secret("polynomial", enrolment.Terms.Committee.Quorum * BlsSecretKey.Size);
        var leftOut = fields.Replicas("leftOut", enrolment.Terms.Replicas);
        fields.NoOthers();
        return new CeremonyState(identity, encryption, polynomial, [.. leftOut], published.ToImmutableSortedDictionary(message => message.Round, message => message));
    }

    private static byte[] Encode(CeremonyState state) => GenesisFile.ToBytes(new JsonObject
    {
        ["version"] = FileVersion,
        ["identitySecret"] = Convert.ToHexStringLower(state.IdentitySecret),
        ["encryptionSecret"] = Convert.ToHexStringLower(state.EncryptionSecret),
        ["polynomial"] = Convert.ToHexStringLower(state.PolynomialBytes),
        ["leftOut"] = new JsonArray([.. state.LeftOut.Select(replica => JsonValue.Create(replica.Index))]),
        ["published"] = new JsonArray([.. state.Published.Values.Select(CeremonyMessageFile.Encode)]),
    });
}
