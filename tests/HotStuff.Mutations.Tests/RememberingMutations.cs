using Xunit.Abstractions;

namespace HotStuff.Mutations.Tests;

/// <summary>What a replica asks after a start, and what it does not sign when its record is an old one.</summary>
public sealed class RememberingMutations(ITestOutputHelper output) : MutationTests(output, Mutants)
{
    private const string Safety = "src/HotStuff.Consensus/Safety/SafetyRules.cs";
    private const string Testimony = "src/HotStuff.Consensus/Safety/Testimony.cs";

    private static readonly Mutant[] Mutants =
    [
        new(
            "a replica votes before it has heard what it signed",
            "src/HotStuff.Consensus/Replica.Votes.cs",
            "_remembering is null ? _safety.SignVote",
            "true ? _safety.SignVote",
            ["restored copy chained"],
            ["VotesMonotone"]),
        new(
            "what others hold makes no floor",
            Safety,
            "Floor = new View(highest.Number + 2)",
            "Floor = View.Genesis",
            ["restored copy chained"],
            ["VotesMonotone"]),
        new(
            "a vote below the floor",
            [
                new(Safety, "statement.View <= Record.Floor ? Refusal.BelowFloor", "statement.View < View.Genesis ? Refusal.BelowFloor"),
                new(Safety, "Record.Floor > View.Genesis && block.Justify.View <= Record.Floor", "false"),
            ],
            ["restored copy chained"],
            ["VotesMonotone"]),
        new(
            "votes are not remembered for others",
            Testimony,
            "_held[vote.From] = held with { Vote = vote };",
            "_held[vote.From] = held;",
            ["restored copy chained"],
            ["VotesMonotone"]),
        new(
            "what is said to be held need not be signed",
            "src/HotStuff.Crypto/Verification/MessageVerifier.Recollections.cs",
            ": signed ? null",
            ": true ? null",
            ["worlds chained"],
            ["EventualCommit", "ViewSync"]),
        new(
            "the first answer is enough",
            "src/HotStuff.Consensus/Safety/Remembrance.cs",
            "_answered.Count == committee.Size - 1",
            "_answered.Count > 0",
            ["restored copy chained"],
            ["VotesMonotone"]),
    ];

    public static TheoryData<string> Names => NamesOf(Mutants);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mutant_is_found(string mutant) => Find(mutant);
}
