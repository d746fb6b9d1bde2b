using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

/// <summary>All operators of a ceremony in memory, faulty ones among them. Whatever is published is there for all at once, unless it is shown to some only.</summary>
internal sealed class TestCeremony
{
    private readonly Dictionary<(CeremonyRound Round, ReplicaId From), CeremonyMessage> _published = [];
    private readonly Dictionary<(int Reader, CeremonyRound Round, ReplicaId From), CeremonyMessage> _shown = [];
    private readonly Dictionary<(int Replica, CeremonyRound Round), Func<CeremonyBody, CeremonyBody?>> _faults = [];

    public TestCeremony(int replicas) => States = [.. Enumerable.Range(0, replicas).Select(i => CeremonyState.New(Terms(replicas), new ReplicaId(i), PortPlan.Default.Local(i)))];

    public CeremonyState[] States { get; }

    public IEnumerable<CeremonyMessage> Published => _published.Values;

    public static CeremonyTerms Terms(int replicas, string protocol = "chained") => new("ceremony", replicas, protocol, "round-robin", new ProtocolLimits());

    /// <summary>From now on a replica says something else in that round; null: it says nothing.</summary>
    public TestCeremony Corrupt<T>(int replica, Func<T, CeremonyBody?> change)
        where T : CeremonyBody
    {
        var round = Enum.GetValues<CeremonyRound>().Single(round => typeof(T).Name == KindOf(round));
        _faults[(replica, round)] = body => change((T)body);
        return this;
    }

    /// <summary>The replica says nothing from that round on.</summary>
    public TestCeremony Silence(int replica, CeremonyRound from)
    {
        foreach (var round in Enum.GetValues<CeremonyRound>().Where(round => round >= from))
            _faults[(replica, round)] = _ => null;
        return this;
    }

    /// <summary>One operator sees another message than the others.</summary>
    public void Show(int reader, CeremonyMessage message) => _shown[(reader, message.Round, message.From)] = message;

    public void Put(CeremonyMessage message, CeremonyRound? round = null, int? from = null) =>
        _published[(round ?? message.Round, from is { } index ? new ReplicaId(index) : message.From)] = message;

    public CeremonyMessage Message(CeremonyRound round, int from) => _published[(round, new ReplicaId(from))];

    public CeremonyMessage Signed(int replica, CeremonyMessage like, CeremonyBody body) =>
        CeremonyMessage.Sign(like.Session, like.From, like.Seen, body, States[replica].IdentitySecret);

    public void LeaveOut(int replica, params int[] by)
    {
        foreach (var operatorOf in by.Length > 0 ? by : [.. Enumerable.Range(0, States.Length)])
            States[operatorOf] = States[operatorOf].Without([new ReplicaId(replica)]);
    }

    public CeremonyStep Advance(int replica) => new Ceremony(States[replica], new Board(this, replica)).Advance();

    /// <summary>Lets all operators go on until none can, or <paramref name="before"/> a round.</summary>
    public CeremonyStep[] Run(CeremonyRound? before = null)
    {
        foreach (var state in States)
            Say(state.Replica.Index, state.Published[CeremonyRound.Roster]);
        bool again;
        var steps = new CeremonyStep[States.Length];
        do
        {
            again = false;
            for (var i = 0; i < States.Length; i++)
            {
                steps[i] = Advance(i);
                if (steps[i] is CeremonyStep.Publish publish && (before is null || publish.Message.Round < before))
                    again |= Say(i, publish.Message);
            }
        }
        while (again);
        return steps;
    }

    /// <summary>Runs to the end, which all operators but the faulty ones reach with the same keys.</summary>
    public CeremonyStep.Finish[] Finish(params int[] faulty)
    {
        var steps = Run();
        var finished = steps.Where((_, i) => !faulty.Contains(i)).Select(step => Assert.IsType<CeremonyStep.Finish>(step)).ToArray();
        Assert.Single(finished.Select(finish => Convert.ToHexString(GenesisFile.Encode(finish.Genesis))).Distinct());
        return finished;
    }

    /// <summary>The group key that these dealers' polynomials make, from their secrets.</summary>
    public string GroupKeyOf(params int[] dealers)
    {
        var secrets = dealers.Select(dealer => States[dealer].Polynomial().Secret());
        return BlsKeyText.Of(BlsSecretKey.TrySum(secrets)!.ToPublicKey());
    }

    private bool Say(int replica, CeremonyMessage message)
    {
        if (_faults.TryGetValue((replica, message.Round), out var fault))
        {
            if (fault(message.Body) is not { } body)
                return false;
            message = Signed(replica, message, body);
        }

        if (!States[replica].Published.ContainsKey(message.Round))
            States[replica] = States[replica].With(message);
        Put(message);
        return true;
    }

    private static string KindOf(CeremonyRound round) => round switch
    {
        CeremonyRound.Roster => nameof(CeremonyBody.Enrolment),
        CeremonyRound.Commit => nameof(CeremonyBody.Commitment),
        CeremonyRound.Deal => nameof(CeremonyBody.Deal),
        CeremonyRound.Complain => nameof(CeremonyBody.Complaints),
        CeremonyRound.Justify => nameof(CeremonyBody.Justification),
        _ => nameof(CeremonyBody.Confirmation),
    };

    private sealed class Board(TestCeremony ceremony, int reader) : ICeremonyBoard
    {
        public CeremonyMessage? Read(CeremonyRound round, ReplicaId from) =>
            ceremony._shown.GetValueOrDefault((reader, round, from)) ?? ceremony._published.GetValueOrDefault((round, from));

        public string NameOf(CeremonyRound round, ReplicaId from) => $"{round} of {from}";
    }
}
