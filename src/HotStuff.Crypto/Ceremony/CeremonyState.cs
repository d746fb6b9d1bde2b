using System.Collections.Immutable;
using System.Security.Cryptography;
using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// What one operator keeps for itself during a ceremony: its secrets, what it has published, and whom it leaves out. Immutable. Saved before a message is published
/// (<see cref="CeremonyStateFile"/>), so that an operator that starts again never says two different things.
/// </summary>
public sealed class CeremonyState
{
    private readonly byte[] _polynomial;

    internal CeremonyState(
        byte[] identitySecret,
        byte[] encryptionSecret,
        byte[] polynomial,
        ImmutableSortedSet<ReplicaId> leftOut,
        ImmutableSortedDictionary<CeremonyRound, CeremonyMessage> published)
    {
        IdentitySecret = identitySecret;
        EncryptionSecret = encryptionSecret;
        _polynomial = polynomial;
        LeftOut = leftOut;
        Published = published;
    }

    /// <summary>Whose state it is.</summary>
    public ReplicaId Replica => Published[CeremonyRound.Roster].From;

    /// <summary>What this operator understands that all agree on.</summary>
    public CeremonyTerms Terms => Enrolment.Terms;

    /// <summary>Where the replica will be reached.</summary>
    public ReplicaAddress Address => Enrolment.Address;

    /// <summary>
    /// Replicas that count as faulty for this operator from now on, although they did not give themselves away: their messages are not read, their deals and complaints do
    /// not count. They stay validators.
    /// </summary>
    public ImmutableSortedSet<ReplicaId> LeftOut { get; }

    /// <summary>This operator's messages; the enrolment is always there.</summary>
    public ImmutableSortedDictionary<CeremonyRound, CeremonyMessage> Published { get; }

    internal byte[] IdentitySecret { get; }

    internal byte[] EncryptionSecret { get; }

    internal ReadOnlySpan<byte> PolynomialBytes => _polynomial;

    private CeremonyBody.Enrolment Enrolment => (CeremonyBody.Enrolment)Published[CeremonyRound.Roster].Body;

    /// <summary>Draws an operator's secrets, and enrols.</summary>
    /// <param name="terms">What all agree on.</param>
    /// <param name="replica">Which replica this operator's is.</param>
    /// <param name="address">Where it will be reached.</param>
    /// <exception cref="ConfigurationProblemException">A term is not allowed, or there is no such replica; the message says which.</exception>
    public static CeremonyState New(CeremonyTerms terms, ReplicaId replica, ReplicaAddress address)
    {
        terms.Check("keygen");
        if (!terms.Committee.Contains(replica))
            throw new ConfigurationProblemException($"the replica is {replica.Index}; allowed: 0 to {terms.Replicas - 1}");

        var identity = RandomNumberGenerator.GetBytes(ReplicaKeys.SecretSize);
        var encryption = RandomNumberGenerator.GetBytes(SealedShare.KeySize);
        using var polynomial = SecretPolynomial.Draw(terms.Committee.Quorum, terms.Replicas);
        var coefficients = new byte[polynomial.Size];
        polynomial.Write(coefficients);
        var enrolment = new CeremonyBody.Enrolment(terms, address, ReplicaKeys.PublicKeyOf(identity), SealedShare.PublicKeyOf(encryption));
        var message = CeremonyMessage.Sign("", replica, [], enrolment, identity);
        return new CeremonyState(identity, encryption, coefficients, [], ImmutableSortedDictionary<CeremonyRound, CeremonyMessage>.Empty.Add(CeremonyRound.Roster, message));
    }

    /// <summary>The state once <paramref name="message"/> is published.</summary>
    public CeremonyState With(CeremonyMessage message) => new(IdentitySecret, EncryptionSecret, _polynomial, LeftOut, Published.Add(message.Round, message));

    /// <summary>The state once these replicas are left out too.</summary>
    /// <exception cref="ConfigurationProblemException">
    /// One of them is no replica, or fewer than a quorum are left, or it is too late: this operator has confirmed keys that are another's too.
    /// </exception>
    public CeremonyState Without(IEnumerable<ReplicaId> replicas)
    {
        var leftOut = LeftOut.Union(replicas);
        if (leftOut.Count > LeftOut.Count && Published.ContainsKey(CeremonyRound.Confirm))
            throw new ConfigurationProblemException($"{Replica} has confirmed the keys; nobody can be left out any more");
        foreach (var replica in leftOut)
        {
            if (!Terms.Committee.Contains(replica))
                throw new ConfigurationProblemException($"a replica to leave out is {replica.Index}; allowed: 0 to {Terms.Replicas - 1}");
        }

        if (Terms.Replicas - leftOut.Count < Terms.Committee.Quorum)
        {
            throw new ConfigurationProblemException(
                $"without {string.Join(", ", leftOut)} there are {Terms.Replicas - leftOut.Count} of {Terms.Replicas} dealers; {Terms.Committee.Quorum} are needed");
        }

        return new CeremonyState(IdentitySecret, EncryptionSecret, _polynomial, leftOut, Published);
    }

    /// <summary>Whose state this is, without the secrets.</summary>
    public override string ToString() => $"ceremony of {Replica} for {Terms.Chain}";

    internal SecretPolynomial Polynomial() => SecretPolynomial.TryRead(_polynomial, Terms.Committee.Quorum, Terms.Replicas)
        ?? throw new ConfigurationProblemException($"the polynomial of {Replica} is none");
}
