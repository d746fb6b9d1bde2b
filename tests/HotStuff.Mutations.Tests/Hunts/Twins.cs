using HotStuff.Simulation;

namespace HotStuff.Mutations.Tests;

/// <summary>A part of the simulator's exhaustive sets of twins scenarios, spread over the whole of it, as deep as the variant's commit goes.</summary>
internal static class Twins
{
    private const int OneOf = 41;

    public static IReadOnlyDictionary<string, Action> Hunts { get; } = new Dictionary<string, Action>(StringComparer.Ordinal)
    {
        ["twins chained"] = () => Hunt("chained", calm: 2),
        ["twins hotstuff2"] = () => Hunt("hotstuff2", calm: 1),
        ["twins basic"] = () => Hunt("basic", calm: 0),
    };

    private static void Hunt(string protocol, int calm)
    {
        foreach (var scenario in TwinsGenerator.AfterCalm(calm).Where((_, number) => number % OneOf == 0))
        {
            if (TwinsRun.Run(scenario, protocol).Violation is { } violation)
                throw new InvariantBrokenException($"{violation} ({scenario})");
        }
    }
}
