using Xunit.Abstractions;

namespace HotStuff.Mutations.Tests;

/// <summary>
/// A table of mutants, each of which the simulator must find. The tables are classes of their own, so that they run at the same time.
/// </summary>
public abstract class MutationTests(ITestOutputHelper output, IReadOnlyList<Mutant> mutants)
{
    /// <summary>The mutant compiles, and one of its hunts finds an invariant broken, one of those that it may break.</summary>
    protected void Find(string name)
    {
        var mutant = mutants.Single(mutant => mutant.Name == name);
        using var ground = MutantCompiler.Compile(mutant.Changes);
        foreach (var hunt in mutant.Hunts)
        {
            if (ground.Run(hunt) is not { } found)
                continue;
            output.WriteLine($"{hunt}: {found}");
            Assert.Contains(mutant.Finds, invariant => found.StartsWith(invariant + ":", StringComparison.Ordinal));
            return;
        }

        Assert.Fail($"survived: {string.Join(", ", mutant.Hunts)} found nothing");
    }

    protected static TheoryData<string> NamesOf(IReadOnlyList<Mutant> mutants) => [.. mutants.Select(mutant => mutant.Name)];
}
