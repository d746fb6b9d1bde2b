using HotStuff.Simulation;

namespace HotStuff.Mutations.Tests;

/// <summary>Looks for broken invariants. Compiled together with each mutant; only strings go in and out.</summary>
public static class Hunter
{
    /// <summary>Runs one of <see cref="Hunts"/>. The invariant that was found broken, a colon, and what happened; null when all holds.</summary>
    public static string? Run(string hunt)
    {
        try
        {
            Hunts[hunt]();
            return null;
        }
        catch (InvariantBrokenException broken)
        {
            return broken.Message;
        }
        catch (Exception unexpected)
        {
            return $"NeverThrows: {unexpected}";
        }
    }

    /// <summary>All hunts by name.</summary>
    public static IReadOnlyDictionary<string, Action> Hunts { get; } = Worlds.Hunts.Concat(Twins.Hunts).Concat(Turmoil.Hunts).Concat(Scenarios.Hunts).ToDictionary(StringComparer.Ordinal);
}
