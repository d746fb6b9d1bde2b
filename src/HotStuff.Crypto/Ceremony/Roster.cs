using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>Who takes part in a ceremony, on which terms: all enrolments, and the session that is their digest. Immutable.</summary>
internal sealed class Roster
{
    private Roster(CeremonyTerms terms, string session, ImmutableArray<CeremonyBody.Enrolment> members)
    {
        Terms = terms;
        Session = session;
        Members = members;
    }

    public CeremonyTerms Terms { get; }

    public Committee Committee => Terms.Committee;

    /// <summary>SHA-256 over all enrolments, 64 hexadecimal digits. Whoever changed a key or an address on the way to somebody changed it.</summary>
    public string Session { get; }

    /// <summary>In the order of the replicas.</summary>
    public ImmutableArray<CeremonyBody.Enrolment> Members { get; }

    /// <summary>The session's 32 bytes.</summary>
    public Digest SessionDigest => new(Convert.FromHexString(Session));

    /// <summary>Throws unless the message is an enrolment of <paramref name="from"/> on the terms that were agreed, signed with the key in it.</summary>
    public static void CheckOne(string source, CeremonyMessage message, ReplicaId from, CeremonyTerms agreed)
    {
        if (message.Body is not CeremonyBody.Enrolment enrolment || message.From != from || message.Session.Length > 0 || message.Seen.Length > 0)
            throw new ConfigurationProblemException($"{source}: the message is not the enrolment of {from}");
        if (!message.IsSignedWith(enrolment.IdentityKey))
            throw new ConfigurationProblemException($"{source}: the signature is not that of {from}");
        enrolment.Terms.CheckAgainst(source, agreed);
        if (!SealedShare.IsEncryptionKey(enrolment.EncryptionKey))
            throw ConfigurationProblemException.Of(source, "body.encryptionKey", $"\"{JsonFields.Shown(enrolment.EncryptionKey)}\"", "an X25519 public key, 64 hexadecimal digits");
    }

    /// <summary>The roster of enrolments that were checked one by one, in the order of the replicas.</summary>
    /// <param name="enrolments">Of all replicas.</param>
    /// <param name="sourceOf">Where a replica's enrolment comes from, for errors.</param>
    /// <exception cref="ConfigurationProblemException">Two replicas have the same key or port, or a key or host is none.</exception>
    public static Roster Of(IReadOnlyList<CeremonyMessage> enrolments, Func<ReplicaId, string> sourceOf)
    {
        var members = enrolments.Select(message => (CeremonyBody.Enrolment)message.Body).ToImmutableArray();
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        var endpoints = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < members.Length; i++)
        {
            var source = sourceOf(new ReplicaId(i));
            GenesisRules.CheckIdentityKey(source, $"replicas[{i}].identityKey", members[i].IdentityKey, keys);
            GenesisRules.CheckAddress(source, $"replicas[{i}]", members[i].Address, endpoints);
        }

        var buffer = new byte[64 + (enrolments.Count * Digest.Size)];
        var writer = new CanonicalWriter(buffer);
        writer.Tag("hotstuff/keygen/session/1"u8);
        writer.Int32(enrolments.Count);
        foreach (var message in enrolments)
            writer.Bytes(Convert.FromHexString(message.Digest));
        return new Roster(members[0].Terms, Digest.Of(buffer.AsSpan(0, writer.Length)).ToString(), members);
    }

    /// <summary>Throws unless the message is one of <paramref name="from"/> in that round of this session.</summary>
    public void Check(string source, CeremonyMessage message, CeremonyRound round, ReplicaId from)
    {
        if (message.Session != Session)
            throw ConfigurationProblemException.Of(source, "session", $"\"{JsonFields.Shown(message.Session)}\"", $"{Session}, that of this roster");
        if (message.Round != round || message.From != from)
        {
            throw new ConfigurationProblemException(
                $"{source}: the message is {CeremonyMessageFile.Word(message.Round)} of {message.From}; allowed: {CeremonyMessageFile.Word(round)} of {from}");
        }

        if (!message.IsSignedWith(Members[from.Index].IdentityKey))
            throw new ConfigurationProblemException($"{source}: the signature is not that of {from}");
    }
}
