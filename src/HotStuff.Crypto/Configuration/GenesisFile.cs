using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>The genesis file: JSON, one version, no key missing and none unknown.</summary>
internal static class GenesisFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Encode(Genesis genesis)
    {
        var json = new JsonObject
        {
            ["version"] = Genesis.FileVersion,
            ["chain"] = genesis.Chain,
            ["protocol"] = genesis.Protocol,
            ["leaders"] = genesis.Leaders,
            ["signatures"] = genesis.Signatures,
            ["limits"] = Encode(genesis.Limits),
            ["validators"] = new JsonArray(genesis.Validators.Select(Encode).ToArray<JsonNode>()),
        };
        if (SignatureSuites.Get(genesis.Signatures).HasCommitments)
            json["commitments"] = new JsonArray(genesis.Commitments.Select(commitment => (JsonNode)commitment).ToArray());
        return ToBytes(json);
    }

    public static Genesis Decode(string file, ReadOnlyMemory<byte> content)
    {
        var fields = JsonFields.Parse(file, content);
        fields.Integer("version", Genesis.FileVersion, Genesis.FileVersion);
        var chain = fields.Text("chain");
        var protocol = fields.Text("protocol");
        var leaders = fields.Text("leaders");
        var signatures = fields.Text("signatures");
        var limits = DecodeLimits(fields.Object("limits"));
        var validators = fields.Objects("validators", 1, Committee.MaxSize).Select(DecodeValidator).ToArray();
        var commitments = SignatureSuites.Names.Contains(signatures) && SignatureSuites.Get(signatures).HasCommitments
            ? fields.Texts("commitments", Committee.MaxSize)
            : [];
        fields.NoOthers();
        return Genesis.Create(file, chain, protocol, leaders, signatures, limits, validators, commitments);
    }

    /// <summary>The ports with the keys that they have in the file.</summary>
    public static IEnumerable<(string Key, int Port)> PortKeys(ReplicaPorts ports) =>
    [
        ("consensusPort", ports.Consensus), ("clientPort", ports.Client), ("opsPort", ports.Ops), ("httpPort", ports.Http),
        ("commandPort", ports.Command),
    ];

    internal static byte[] ToBytes(JsonObject json) => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString(Indented) + "\n");

    internal static JsonObject Encode(ProtocolLimits limits) => new()
    {
        ["maxBlockCommands"] = limits.MaxBlockCommands,
        ["maxBlockBytes"] = limits.MaxBlockBytes,
        ["maxCommandBytes"] = limits.MaxCommandBytes,
        ["clientWindow"] = limits.ClientWindow,
        ["maxSessions"] = limits.MaxSessions,
        ["snapshotBlocks"] = limits.SnapshotBlocks,
        ["snapshotBytes"] = limits.SnapshotBytes,
    };

    /// <summary>Adds host and ports to an object that has other keys too.</summary>
    internal static void AddAddress(JsonObject json, ReplicaAddress address)
    {
        json["host"] = address.Host;
        foreach (var (key, port) in PortKeys(address.Ports))
            json[key] = port;
    }

    /// <summary>Reads what <see cref="AddAddress"/> added.</summary>
    internal static ReplicaAddress DecodeAddress(JsonFields fields)
    {
        var host = fields.Text("host");
        var consensus = Port("consensusPort");
        var client = Port("clientPort");
        var ops = Port("opsPort");
        var http = Port("httpPort");
        var command = Port("commandPort");
        return new ReplicaAddress(host, new ReplicaPorts(ops, consensus, client, http, command));

        int Port(string key) => fields.Integer(key, 1, 65535);
    }

    internal static ProtocolLimits DecodeLimits(JsonFields fields)
    {
        var limits = new ProtocolLimits
        {
            MaxBlockCommands = fields.Integer("maxBlockCommands", int.MinValue, int.MaxValue),
            MaxBlockBytes = fields.Integer("maxBlockBytes", int.MinValue, int.MaxValue),
            MaxCommandBytes = fields.Integer("maxCommandBytes", int.MinValue, int.MaxValue),
            ClientWindow = fields.Integer("clientWindow", int.MinValue, int.MaxValue),
            MaxSessions = fields.Integer("maxSessions", int.MinValue, int.MaxValue),
            SnapshotBlocks = fields.Integer("snapshotBlocks", int.MinValue, int.MaxValue),
            SnapshotBytes = fields.Integer("snapshotBytes", int.MinValue, int.MaxValue),
        };
        fields.NoOthers();
        return limits;
    }

    private static JsonObject Encode(Validator validator)
    {
        var json = new JsonObject
        {
            ["index"] = validator.Replica.Index,
            ["identityKey"] = validator.IdentityKey,
            ["shareKey"] = validator.ShareKey,
        };
        AddAddress(json, validator.Address);
        return json;
    }

    private static Validator DecodeValidator(JsonFields fields)
    {
        var index = fields.Integer("index", 0, Committee.MaxSize - 1);
        var identityKey = fields.Text("identityKey");
        var shareKey = fields.Text("shareKey");
        var address = DecodeAddress(fields);
        fields.NoOthers();
        return new Validator(new ReplicaId(index), identityKey, shareKey, address);
    }
}
