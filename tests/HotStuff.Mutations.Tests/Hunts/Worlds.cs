using HotStuff.Consensus;
using HotStuff.Simulation;

namespace HotStuff.Mutations.Tests;

/// <summary>The simulator's seeded worlds, with all their faults, as <c>hotstuff simulate</c> runs them.</summary>
internal static class Worlds
{
    private const int Seeds = 300;

    public static IReadOnlyDictionary<string, Action> Hunts { get; } =
        ProtocolRules.Names.ToDictionary(protocol => $"worlds {protocol}", protocol => (Action)(() => Hunt(new WorldSpec { Protocol = protocol })), StringComparer.Ordinal);

    private static void Hunt(WorldSpec spec)
    {
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            if (World.Run(Planner.Draw(seed, spec)).Violation is { } violation)
                throw new InvariantBrokenException(violation.Invariant, $"seed {seed}, {violation.Message}");
        }
    }
}
