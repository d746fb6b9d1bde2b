using System.Text;
using System.Text.Json.Nodes;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// A message as a file: JSON, one version, no key missing and none unknown. What is signed is the same JSON without the signature, without white space and with its keys in
/// one order; so it is written again from what was read, and how the file was laid out does not matter.
/// </summary>
internal static class CeremonyMessageFile
{
    private const int FileVersion = 1;

    private static ReadOnlySpan<byte> Tag => "hotstuff/keygen/1\n"u8;

    public static byte[] SignedBytes(CeremonyMessage message) => [.. Tag, .. Encoding.UTF8.GetBytes(Content(message).ToJsonString())];

    public static JsonObject Encode(CeremonyMessage message)
    {
        var json = Content(message);
        json["signature"] = message.Signature;
        return json;
    }

    public static CeremonyMessage Decode(string file, ReadOnlyMemory<byte> content) => Decode(JsonFields.Parse(file, content));

    public static CeremonyMessage Decode(JsonFields fields)
    {
        fields.Integer("version", FileVersion, FileVersion);
        var word = fields.Text("round");
        var round = Enum.GetValues<CeremonyRound>().Select(known => (CeremonyRound?)known).FirstOrDefault(known => Word(known!.Value) == word)
            ?? throw fields.Problem("round", $"\"{JsonFields.Shown(word)}\"", string.Join(", ", Enum.GetValues<CeremonyRound>().Select(Word)));
        var session = fields.Text("session");
        var from = new ReplicaId(fields.Integer("replica", 0, CeremonyTerms.MaxReplicas - 1));
        var seen = fields.Texts("seen", CeremonyTerms.MaxReplicas);
        var body = DecodeBody(round, fields.Object("body"));
        var signature = fields.Text("signature");
        fields.NoOthers();
        return new CeremonyMessage(session, from, [.. seen], body, signature);
    }

    /// <summary>The round in files and to people.</summary>
    public static string Word(CeremonyRound round) => round.ToString().ToLowerInvariant();

    private static JsonObject Content(CeremonyMessage message) => new()
    {
        ["version"] = FileVersion,
        ["round"] = Word(message.Round),
        ["session"] = message.Session,
        ["replica"] = message.From.Index,
        ["seen"] = Texts(message.Seen),
        ["body"] = Encode(message.Body),
    };

    private static JsonObject Encode(CeremonyBody body) => body switch
    {
        CeremonyBody.Enrolment enrolment => Encode(enrolment),
        CeremonyBody.Commitment commitment => new JsonObject { ["hash"] = commitment.Hash },
        CeremonyBody.Deal deal => new JsonObject { ["commitments"] = Texts(deal.Commitments), ["proof"] = deal.Proof, ["shares"] = Texts(deal.Shares) },
        CeremonyBody.Complaints complaints => new JsonObject { ["against"] = Replicas(complaints.Against) },
        CeremonyBody.Justification justification => new JsonObject
        {
            ["shares"] = new JsonArray([.. justification.Shares.Select(share => new JsonObject { ["replica"] = share.Receiver.Index, ["share"] = share.Share })]),
        },
        CeremonyBody.Confirmation confirmation => new JsonObject
        {
            ["genesis"] = confirmation.Genesis,
            ["qualified"] = Replicas(confirmation.Qualified),
            ["share"] = confirmation.Share,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(body)),
    };

    private static JsonObject Encode(CeremonyBody.Enrolment enrolment)
    {
        var json = new JsonObject
        {
            ["chain"] = enrolment.Terms.Chain,
            ["replicas"] = enrolment.Terms.Replicas,
            ["protocol"] = enrolment.Terms.Protocol,
            ["leaders"] = enrolment.Terms.Leaders,
            ["limits"] = GenesisFile.Encode(enrolment.Terms.Limits),
            ["identityKey"] = enrolment.IdentityKey,
            ["encryptionKey"] = enrolment.EncryptionKey,
        };
        GenesisFile.AddAddress(json, enrolment.Address);
        return json;
    }

    private static CeremonyBody DecodeBody(CeremonyRound round, JsonFields fields)
    {
        CeremonyBody body = round switch
        {
            CeremonyRound.Roster => DecodeEnrolment(fields),
            CeremonyRound.Commit => new CeremonyBody.Commitment(fields.Text("hash")),
            CeremonyRound.Deal => new CeremonyBody.Deal(
                [.. fields.Texts("commitments", CeremonyTerms.MaxReplicas)], fields.Text("proof"), [.. fields.Texts("shares", CeremonyTerms.MaxReplicas)]),
            CeremonyRound.Complain => new CeremonyBody.Complaints([.. fields.Replicas("against", CeremonyTerms.MaxReplicas)]),
            CeremonyRound.Justify => new CeremonyBody.Justification([.. fields.Objects("shares", 0, CeremonyTerms.MaxReplicas).Select(DecodeShare)]),
            CeremonyRound.Confirm => new CeremonyBody.Confirmation(
                fields.Text("genesis"), [.. fields.Replicas("qualified", CeremonyTerms.MaxReplicas)], fields.Text("share")),
            _ => throw new ArgumentOutOfRangeException(nameof(round)),
        };
        fields.NoOthers();
        return body;
    }

    private static CeremonyBody.Enrolment DecodeEnrolment(JsonFields fields)
    {
        var terms = new CeremonyTerms(
            fields.Text("chain"), fields.Integer("replicas", 1, CeremonyTerms.MaxReplicas), fields.Text("protocol"), fields.Text("leaders"),
            GenesisFile.DecodeLimits(fields.Object("limits")));
        var identityKey = fields.Text("identityKey").ToLowerInvariant();
        var encryptionKey = fields.Text("encryptionKey").ToLowerInvariant();
        return new CeremonyBody.Enrolment(terms, GenesisFile.DecodeAddress(fields), identityKey, encryptionKey);
    }

    private static RevealedShare DecodeShare(JsonFields fields)
    {
        var share = new RevealedShare(new ReplicaId(fields.Integer("replica", 0, CeremonyTerms.MaxReplicas - 1)), fields.Text("share"));
        fields.NoOthers();
        return share;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static JsonArray Replicas(IEnumerable<ReplicaId> replicas) => new([.. replicas.Select(replica => JsonValue.Create(replica.Index))]);
}
