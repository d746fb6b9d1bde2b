namespace HotStuff.Consensus;

/// <summary>The variants by name. A new one is one file and one line here.</summary>
public static class ProtocolRules
{
    private static readonly Dictionary<string, Func<IProtocolRules>> ByName = new(StringComparer.Ordinal)
    {
        ["chained"] = () => new ChainedRules(),
        ["hotstuff2"] = () => new HotStuff2Rules(),
        ["basic"] = () => new BasicRules(),
    };

    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The rules of that name; null when there are none.</summary>
    public static IProtocolRules? Create(string name) => ByName.TryGetValue(name, out var create) ? create() : null;
}
