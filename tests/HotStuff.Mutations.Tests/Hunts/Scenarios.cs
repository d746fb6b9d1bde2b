namespace HotStuff.Mutations.Tests;

/// <summary>Directed hunts: the one situation in which a rule matters.</summary>
internal static class Scenarios
{
    public static IReadOnlyDictionary<string, Action> Hunts { get; } = new Dictionary<string, Action>(StringComparer.Ordinal)
    {
        ["stale leader chained"] = () => StaleLeader.Run("chained", traitor: 3),
        ["stale leader hotstuff2"] = () => StaleLeader.Run("hotstuff2", traitor: 0),
        ["stale leader basic"] = () => StaleLeader.Run("basic", traitor: 3),
    };
}
