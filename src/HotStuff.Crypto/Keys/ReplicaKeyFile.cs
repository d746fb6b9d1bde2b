using System.Text.Json.Nodes;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// A replica's key file: JSON, readable by its owner only (mode 0600) from the moment it is created. It names its chain and replica, so that
/// keys are never used where they do not belong.
/// </summary>
public static class ReplicaKeyFile
{
    /// <summary>The version of the file format.</summary>
    public const int FileVersion = 1;

    private const int MaxFileBytes = 16 * 1024;

    /// <summary>Writes a new key file.</summary>
    /// <exception cref="ConfigurationProblemException">There is a file already, or it cannot be written.</exception>
    public static void Save(string path, ReplicaKeys keys) => ConfigurationFile.CreateSecret(path, GenesisFile.ToBytes(new JsonObject
    {
        ["version"] = FileVersion,
        ["chainId"] = keys.Chain.Hash.ToString(),
        ["replica"] = keys.Replica.Index,
        ["identitySecret"] = Convert.ToHexStringLower(keys.IdentitySecret),
        ["shareSecret"] = Convert.ToHexStringLower(keys.ShareSecret),
    }));

    /// <summary>Reads a key file and checks that its keys are those of a validator of <paramref name="genesis"/>.</summary>
    /// <exception cref="ConfigurationProblemException">
    /// The file cannot be read, others than its owner may read it (on Unix), it is malformed or of another version, or its chain, replica or keys
    /// are not those of the genesis file.
    /// </exception>
    public static ReplicaSigner Load(string path, Genesis genesis)
    {
        var fields = JsonFields.Parse(path, ConfigurationFile.Read(path, MaxFileBytes, secret: true));
        fields.Integer("version", FileVersion, FileVersion);
        var chain = fields.Text("chainId");
        if (!chain.Equals(genesis.ChainId.Hash.ToString(), StringComparison.OrdinalIgnoreCase))
            throw fields.Problem("chainId", JsonFields.Shown(chain), $"{genesis.ChainId.Hash}, the chain of the genesis file");

        var replica = new ReplicaId(fields.Integer("replica", 0, genesis.Validators.Length - 1));
        var keys = new ReplicaKeys(
            genesis.ChainId, SignatureSuites.Get(genesis.Signatures), replica, fields.Secret("identitySecret", ReplicaKeys.SecretSize), fields.Secret("shareSecret", ReplicaKeys.SecretSize));
        fields.NoOthers();

        var validator = genesis.Validators[replica.Index];
        var signer = keys.CreateSigner();
        if (signer.IdentityKey == validator.IdentityKey && signer.ShareKey == validator.ShareKey)
            return signer;

        var wrong = signer.IdentityKey != validator.IdentityKey ? "identity" : "share";
        signer.Dispose();
        throw fields.Problem($"{wrong}Secret", "another key's", $"the secret of validators[{replica.Index}].{wrong}Key of the genesis file");
    }
}
