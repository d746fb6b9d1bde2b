using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>What was said: messages by round, whose they are, and that all operators rest on the same.</summary>
public sealed partial class Ceremony
{
    private readonly Dictionary<CeremonyRound, SortedDictionary<ReplicaId, CeremonyMessage>> _messages = [];
    private readonly Dictionary<(CeremonyRound Round, ReplicaId From), string> _digests = [];
    private Roster? _roster;

    private Roster Roster => _roster!;

    /// <summary>What a replica said; asked once the round is complete.</summary>
    private T Said<T>(ReplicaId replica)
        where T : CeremonyBody => _messages.Values.SelectMany(round => round.TryGetValue(replica, out var message) ? [message.Body] : Array.Empty<CeremonyBody>()).OfType<T>().First();

    private CeremonyStep.Wait? GatherRoster()
    {
        var present = new SortedDictionary<ReplicaId, CeremonyMessage> { [Me] = _state.Published[CeremonyRound.Roster] };
        foreach (var replica in Committee.Members)
        {
            if (Read(CeremonyRound.Roster, replica) is not { } message)
                continue;
            Roster.CheckOne(_board.NameOf(CeremonyRound.Roster, replica), message, replica, _state.Terms);
            present[replica] = message;
        }

        if (Missing(CeremonyRound.Roster, present, Committee.Members) is { } waiting)
            return waiting;
        _roster = Roster.Of([.. present.Values], replica => _board.NameOf(CeremonyRound.Roster, replica));
        return null;
    }

    /// <summary>
    /// Publishes this operator's message when it is its turn, collects those of the others, and compares what they rest on. Null when the round is complete.
    /// </summary>
    private CeremonyStep? Gather(CeremonyRound round, IReadOnlyCollection<ReplicaId> senders, Func<CeremonyBody> body)
    {
        if (Turn(round, senders, body) is { } publishing)
            return publishing;

        var present = _messages[round] = [];
        foreach (var replica in senders)
        {
            if (ReadChecked(round, replica) is not { } message)
                continue;
            if (DifferentView(round, message) is { } difference)
                return new CeremonyStep.Fail(difference);
            present[replica] = message;
            _digests[(round, replica)] = message.Digest;
        }

        return Missing(round, present, senders);
    }

    private CeremonyStep.Publish? Turn(CeremonyRound round, IReadOnlyCollection<ReplicaId> senders, Func<CeremonyBody> body) =>
        senders.Contains(Me) && !_state.Published.ContainsKey(round)
            ? new CeremonyStep.Publish(CeremonyMessage.Sign(Roster.Session, Me, SeenBefore(round), body(), _state.IdentitySecret))
            : null;

    private CeremonyMessage? ReadChecked(CeremonyRound round, ReplicaId from)
    {
        var message = Read(round, from);
        if (message is not null)
            Roster.Check(_board.NameOf(round, from), message, round, from);
        return message;
    }

    /// <summary>A message; for this operator's own, the one that it published, which nobody may have replaced.</summary>
    private CeremonyMessage? Read(CeremonyRound round, ReplicaId from)
    {
        var found = _board.Read(round, from);
        if (from != Me)
            return found;
        var own = _state.Published.GetValueOrDefault(round);
        return found is null || (own is not null && found.Digest == own.Digest)
            ? own
            : throw new ConfigurationProblemException($"{_board.NameOf(round, from)}: the message is not the one that this operator published as {from}; is the index taken, or the state file an old one?");
    }

    private static CeremonyStep.Wait? Missing(CeremonyRound round, SortedDictionary<ReplicaId, CeremonyMessage> present, IEnumerable<ReplicaId> senders) =>
        senders.Where(replica => !present.ContainsKey(replica)).ToImmutableArray() is { Length: > 0 } missing ? new CeremonyStep.Wait(round, missing) : null;

    /// <summary>By replica the digests of the round before, which this operator's message rests on; none where there is no such round in this session.</summary>
    private ImmutableArray<string> SeenBefore(CeremonyRound round) => round is CeremonyRound.Commit or CeremonyRound.Confirm
        ? []
        : [.. Committee.Members.Select(replica => _digests.GetValueOrDefault((round - 1, replica), ""))];

    /// <summary>Where a message rests on other messages than those here, one line about it. Replicas that are left out are not compared.</summary>
    private string? DifferentView(CeremonyRound round, CeremonyMessage message)
    {
        var expected = SeenBefore(round);
        if (message.Seen.Length != expected.Length)
            return $"{message.From} does not say what its {CeremonyMessageFile.Word(round)} rests on; the others can go on without {message.From}";
        for (var i = 0; i < expected.Length; i++)
        {
            if (expected[i].Length == 0 || expected[i] == message.Seen[i])
                continue;
            var word = CeremonyMessageFile.Word(round - 1);
            if (message.Seen[i].Length == 0)
                return $"{message.From} goes on without r{i} since {word}, and this operator does not; all must leave out the same";
            return message.From == Me
                ? $"r{i} signed two different messages for {word}: the one there now, and another that this operator's {CeremonyMessageFile.Word(round)} rests on; the operators can go on without r{i}"
                : $"{message.From} rests on another {word} of r{i} than the one here; one of both is faulty, and the operators can go on without it";
        }

        return null;
    }
}
