using Xunit.Abstractions;

namespace HotStuff.Mutations.Tests;

/// <summary>Quorums, signatures and what is signed.</summary>
public sealed class CertificateMutations(ITestOutputHelper output) : MutationTests(output, Mutants)
{
    private const string Committee = "src/HotStuff.Consensus/Values/Committee.cs";
    private const string Collector = "src/HotStuff.Consensus/Collecting/ShareCollector.cs";

    private static readonly Mutant[] Mutants =
    [
        new(
            "a quorum of one less",
            Committee,
            "public int Quorum => Size - MaxFaulty;",
            "public int Quorum => Size - MaxFaulty - 1;",
            ["worlds chained"],
            ["CommitsLinear", "AtMostOneQcPerView"]),
        new(
            "a signer may say two things",
            Collector,
            "return before.Equals(statement) ? Collected.Duplicate : Collected.Equivocation;",
            "return Collected.Duplicate;",
            ["worlds chained"],
            ["CommitsLinear"]),
    ];

    public static TheoryData<string> Names => NamesOf(Mutants);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mutant_is_found(string mutant) => Find(mutant);
}
