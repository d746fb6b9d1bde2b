namespace HotStuff.Simulation;

/// <summary>The behaviours of Byzantine replicas by name. A new one is one file and one line here.</summary>
public static class Behaviours
{
    private const string MixedName = "mixed";
    private const string SlowName = "slow-leader";

    private static readonly Dictionary<string, Func<Notebook, Random, IBehaviour>> Single = new(StringComparer.Ordinal)
    {
        ["silent-leader"] = (notes, random) => new SilentLeader(notes, random),
        ["equivocate"] = (notes, random) => new EquivocatingLeader(notes, random),
        ["double-vote"] = (notes, random) => new DoubleVoter(notes, random),
        ["withhold-votes"] = (notes, random) => new VoteWithholder(notes, random),
        ["spam-complaints"] = (notes, random) => new ComplaintSpammer(notes, random),
        ["forge"] = (notes, random) => new Forger(notes, random),
        ["stale-justify"] = (notes, random) => new StaleProposer(notes, random),
        ["selective"] = (notes, random) => new SelectiveSender(notes, random),
        [SlowName] = (notes, random) => new SlowLeader(notes, random),
        ["fork-tail"] = (notes, random) => new TailForker(notes, random),
        ["lie-in-sync"] = (notes, random) => new SyncLiar(notes, random),
    };

    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Single.Keys, MixedName];

    /// <summary>Those that a real node can show: without <see cref="Later"/>, which only the simulator does.</summary>
    public static IReadOnlyList<string> WithoutDelays { get; } = [.. Single.Keys.Where(name => name != SlowName)];

    /// <summary>The behaviour of that name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="seed">Decides what is left to chance.</param>
    public static IBehaviour Create(string name, int seed)
    {
        var notes = new Notebook();
        var random = new Random(seed);
        if (name == MixedName)
            return new Mixed(notes, random, [.. Single.Values.Select(create => create(notes, random))]);
        return Single.TryGetValue(name, out var single)
            ? single(notes, random)
            : throw new ArgumentException($"no such behaviour: {name}", nameof(name));
    }
}
