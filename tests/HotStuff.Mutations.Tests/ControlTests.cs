namespace HotStuff.Mutations.Tests;

/// <summary>Of the sources as they are, compiled and run as the mutants are, no hunt finds anything broken.</summary>
public sealed class ControlTests(ControlTests.Unchanged unchanged) : IClassFixture<ControlTests.Unchanged>
{
    public static TheoryData<string> Hunts => [.. Hunter.Hunts.Keys];

    [Theory]
    [MemberData(nameof(Hunts))]
    public void Nothing_is_found_in_the_sources_as_they_are(string hunt) => Assert.Null(unchanged.Ground.Run(hunt));

    /// <summary>Compiled once for all hunts.</summary>
    public sealed class Unchanged : IDisposable
    {
        private const string Text = "public int Quorum => ";

        internal HuntingGround Ground { get; } = MutantCompiler.Compile(new Change("src/HotStuff.Consensus/Values/Committee.cs", Text, Text));

        public void Dispose() => Ground.Dispose();
    }
}
