namespace HotStuff.Simulation;

/// <summary>The behaviours of Byzantine replicas by name. A new one is one file and one line here.</summary>
public static class Behaviours
{
    private static readonly Dictionary<string, Func<Notebook, Random, IBehaviour>> ByName = new(StringComparer.Ordinal)
    {
        ["silent-leader"] = (notes, random) => new SilentLeader(notes, random),
        ["equivocate"] = (notes, random) => new EquivocatingLeader(notes, random),
    };

    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <summary>The behaviour of that name. <c>slow-leader</c> and <c>mixed</c> use <see cref="Later"/>; the others do nothing but what honest replicas could.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="seed">Decides what is left to chance.</param>
    public static IBehaviour Create(string name, int seed) =>
        ByName.TryGetValue(name, out var create)
            ? create(new Notebook(), new Random(seed))
            : throw new ArgumentException($"no such behaviour: {name}", nameof(name));
}
