using System.Collections.Immutable;
using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// Key generation without a dealer: everybody is one. The group's polynomial is the sum of those of the dealers that qualify (Pedersen, Eurocrypt 1991: joint Feldman), whose
/// secrets nobody knows all of. As in Gennaro, Jarecki, Krawczyk and Rabin (J. Cryptology 2007), shares that are not on their dealer's polynomial are complained about, and
/// a dealer that does not justify itself is disqualified; and so that nobody chooses a polynomial by what others chose, all commit to theirs, by a hash, before they show it.
/// </summary>
/// <remarks>
/// One operator's view, computed anew from its state and the messages; it reads and decides, and the caller saves and publishes. At most f of the n operators are
/// faulty, so that n-f honest dealers qualify and false complaints, at most f about an honest one, do not disqualify it. Messages are equal for all, or it is noticed.
/// Everybody computes the same set of qualified dealers from them, and takes the result when a quorum signed the same: no other result has a quorum.
/// </remarks>
public sealed partial class Ceremony
{
    private readonly CeremonyState _state;
    private readonly ICeremonyBoard _board;
    private readonly SortedDictionary<ReplicaId, string> _disqualified = [];

    /// <summary>For one operator.</summary>
    /// <param name="state">Its state; its enrolment is published.</param>
    /// <param name="board">The messages of the others.</param>
    public Ceremony(CeremonyState state, ICeremonyBoard board)
    {
        _state = state;
        _board = board;
    }

    private ReplicaId Me => _state.Replica;

    private Committee Committee => _state.Terms.Committee;

    /// <summary>What to do next. Takes as long as the checks of all messages: a few milliseconds for each dealer's share.</summary>
    /// <exception cref="ConfigurationProblemException">A message is not what its place says, or not of this ceremony; the message says which.</exception>
    public CeremonyStep Advance() => Next() with
    {
        Session = _roster?.Session,
        Disqualified = [.. _disqualified.Select(dealer => new Disqualification(dealer.Key, dealer.Value))],
    };

    private CeremonyStep Next()
    {
        if (GatherRoster() is { } enrolling)
            return enrolling;

        using var polynomial = _state.Polynomial();
        foreach (var replica in _state.LeftOut)
            _disqualified[replica] = "left out by the operators";
        var dealers = Committee.Members.Except(_state.LeftOut).ToArray();
        if (Gather(CeremonyRound.Commit, dealers, () => Dealing.CommitTo(Roster, Me, polynomial.Commit())) is { } committing)
            return committing;
        if (Gather(CeremonyRound.Deal, dealers, () => Dealing.Deal(Roster, Me, polynomial, _state.EncryptionSecret)) is { } dealing)
            return dealing;

        var good = CheckDeals(dealers);
        if (TooFew(good.Count) is { } fewDeals)
            return fewDeals;
        if (Gather(CeremonyRound.Complain, good.Keys, () => new CeremonyBody.Complaints([.. good.Keys.Where(dealer => !HasGoodShare(dealer, good[dealer]))])) is { } complaining)
            return complaining;

        var complaints = Complaints(good.Keys);
        var accused = complaints.Where(about => about.Value.Length <= Committee.MaxFaulty).Select(about => about.Key).ToArray();
        if (Gather(CeremonyRound.Justify, accused, () => new CeremonyBody.Justification([.. complaints[Me].Select(receiver => Dealing.Reveal(polynomial, receiver))])) is { } justifying)
            return justifying;

        Judge(good, complaints);
        var qualified = good.Where(dealer => !_disqualified.ContainsKey(dealer.Key)).ToImmutableSortedDictionary();
        return TooFew(qualified.Count) ?? Finish(qualified, [.. good.Keys]);
    }

    private SortedDictionary<ReplicaId, FeldmanCommitments> CheckDeals(IEnumerable<ReplicaId> dealers)
    {
        var good = new SortedDictionary<ReplicaId, FeldmanCommitments>();
        foreach (var dealer in dealers)
        {
            var (polynomial, reason) = Dealing.Check(Roster, dealer, Said<CeremonyBody.Commitment>(dealer), Said<CeremonyBody.Deal>(dealer));
            if (polynomial is null)
                _disqualified[dealer] = reason!;
            else
                good[dealer] = polynomial;
        }

        return good;
    }

    private bool HasGoodShare(ReplicaId dealer, FeldmanCommitments polynomial)
    {
        using var share = Dealing.TryOpen(Roster, dealer, polynomial, Said<CeremonyBody.Deal>(dealer), Me, _state.EncryptionSecret);
        return share is not null;
    }

    /// <summary>Who complained about whom. Only those whose own deals are good have a say.</summary>
    private SortedDictionary<ReplicaId, ImmutableArray<ReplicaId>> Complaints(IReadOnlyCollection<ReplicaId> voices)
    {
        var about = new SortedDictionary<ReplicaId, ImmutableArray<ReplicaId>>();
        foreach (var dealer in voices)
        {
            var by = voices.Where(voice => Said<CeremonyBody.Complaints>(voice).Against.Contains(dealer)).ToImmutableArray();
            if (by.Length > 0)
                about[dealer] = by;
        }

        return about;
    }

    /// <summary>More complaints than there can be false ones disqualify a dealer, and so does a complaint that it did not answer with the right share.</summary>
    private void Judge(SortedDictionary<ReplicaId, FeldmanCommitments> good, SortedDictionary<ReplicaId, ImmutableArray<ReplicaId>> complaints)
    {
        foreach (var (dealer, by) in complaints)
        {
            if (by.Length > Committee.MaxFaulty)
                _disqualified[dealer] = $"{by.Length} replicas complained about its shares ({string.Join(", ", by)}); {Committee.MaxFaulty} can be wrong";
            else if (by.FirstOrDefault(receiver => !IsJustified(dealer, good[dealer], receiver), new ReplicaId(-1)) is { Index: >= 0 } receiver)
                _disqualified[dealer] = $"it did not justify itself to {receiver}";
        }
    }

    private bool IsJustified(ReplicaId dealer, FeldmanCommitments polynomial, ReplicaId receiver)
    {
        using var share = Revealed(dealer, polynomial, receiver);
        return share is not null;
    }

    private BlsSecretKey? Revealed(ReplicaId dealer, FeldmanCommitments polynomial, ReplicaId receiver) =>
        _messages[CeremonyRound.Justify].TryGetValue(dealer, out var message)
            ? ((CeremonyBody.Justification)message.Body).Shares.Where(share => share.Receiver == receiver).Take(1)
                .Select(share => Dealing.TryRead(polynomial, share)).FirstOrDefault()
            : null;

    private CeremonyStep Finish(ImmutableSortedDictionary<ReplicaId, FeldmanCommitments> qualified, ImmutableArray<ReplicaId> voices)
    {
        if (FeldmanCommitments.TrySum([.. qualified.Values]) is not { } group)
            return new CeremonyStep.Fail("the dealers' polynomials cancel each other");
        var genesis = GenesisOf(group);
        using var share = SumOfShares(qualified);
        if (share is null || !group.Verify(Dealing.ParticipantOf(Me), share))
            return new CeremonyStep.Fail($"{Me} has no good share of a dealer that qualified, and had no say when complaints were made");

        var result = new CeremonyResult(Roster, genesis, group);
        return Turn(CeremonyRound.Confirm, voices, () => result.Confirm(share, qualified.Keys))
            ?? Count(Confirmations(voices), voices, result)
            ?? new CeremonyStep.Finish(genesis, result.KeysOf(_state, share));
    }

    /// <summary>The last round needs a quorum and not everybody: what cannot be read there is not there.</summary>
    private SortedDictionary<ReplicaId, CeremonyBody.Confirmation> Confirmations(IEnumerable<ReplicaId> voices)
    {
        var confirmations = new SortedDictionary<ReplicaId, CeremonyBody.Confirmation>();
        foreach (var replica in voices)
        {
            try
            {
                if (ReadChecked(CeremonyRound.Confirm, replica) is { } message)
                    confirmations[replica] = (CeremonyBody.Confirmation)message.Body;
            }
            catch (ConfigurationProblemException) when (replica != Me)
            {
            }
        }

        return confirmations;
    }

    /// <summary>Null when a quorum confirmed the same: two quorums share an honest operator, who confirms once.</summary>
    private CeremonyStep? Count(SortedDictionary<ReplicaId, CeremonyBody.Confirmation> confirmations, ImmutableArray<ReplicaId> voices, CeremonyResult result)
    {
        var others = confirmations.Where(confirmation => !result.IsConfirmedBy(confirmation.Key, confirmation.Value)).Select(confirmation => confirmation.Key).ToArray();
        if (confirmations.Count - others.Length >= Committee.Quorum)
            return null;
        return voices.Length - others.Length >= Committee.Quorum
            ? new CeremonyStep.Wait(CeremonyRound.Confirm, [.. voices.Except(confirmations.Keys)])
            : new CeremonyStep.Fail($"{string.Join(", ", others)} did not confirm the same keys, so that there is no quorum of {Committee.Quorum}");
    }

    private Genesis GenesisOf(FeldmanCommitments group)
    {
        var terms = Roster.Terms;
        var validators = Roster.Members.Select((member, i) => new Validator(
            new ReplicaId(i), member.IdentityKey, BlsKeyText.Of(group.ShareKey(Dealing.ParticipantOf(new ReplicaId(i)))), member.Address));
        return Genesis.Create(
            terms.Chain, terms.Protocol, terms.Leaders, CeremonyTerms.Signatures, terms.Limits, validators, group.Coefficients.Select(BlsKeyText.Of));
    }

    private BlsSecretKey? SumOfShares(ImmutableSortedDictionary<ReplicaId, FeldmanCommitments> qualified)
    {
        var shares = qualified.Select(dealer =>
            Dealing.TryOpen(Roster, dealer.Key, dealer.Value, Said<CeremonyBody.Deal>(dealer.Key), Me, _state.EncryptionSecret) ?? Revealed(dealer.Key, dealer.Value, Me)).ToArray();
        var sum = shares.Contains(null) ? null : BlsSecretKey.TrySum(shares!);
        foreach (var share in shares)
            share?.Dispose();
        return sum;
    }

    private CeremonyStep.Fail? TooFew(int dealers) => dealers >= Committee.Quorum
        ? null
        : new CeremonyStep.Fail($"{dealers} of {Committee.Size} dealers are left and {Committee.Quorum} are needed; {string.Join("; ", _disqualified.Select(dealer => $"{dealer.Key}: {dealer.Value}"))}");
}
