using Xunit.Abstractions;

namespace HotStuff.Mutations.Tests;

/// <summary>What commits, and how it is executed.</summary>
public sealed class CommitMutations(ITestOutputHelper output) : MutationTests(output, Mutants)
{
    private const string Chained = "src/HotStuff.Consensus/Rules/ChainedRules.cs";
    private const string HotStuff2 = "src/HotStuff.Consensus/Rules/HotStuff2Rules.cs";
    private const string Basic = "src/HotStuff.Consensus/Rules/BasicRules.cs";
    private const string Tree = "src/HotStuff.Consensus/Tree/BlockTree.cs";
    private const string Clients = "src/HotStuff.StateMachine/Execution/ClientTable.cs";

    private static readonly Mutant[] Mutants =
    [
        new(
            "chained: the first two views need not be consecutive",
            Chained,
            """
                    && second.View == first.View.Next

            """,
            "",
            ["worlds chained"],
            ["NoCommitWithoutChain", "CommitsLinear"]),
        new(
            "chained: the last two views need not be consecutive",
            Chained,
            """
                    && third.View == second.View.Next

            """,
            "",
            ["worlds chained"],
            ["NoCommitWithoutChain", "CommitsLinear"]),
        new(
            "hotstuff2: the views need not be consecutive",
            HotStuff2,
            " && second.View == first.View.Next ? first",
            " ? first",
            ["worlds hotstuff2"],
            ["NoCommitWithoutChain", "CommitsLinear"]),
        new(
            "chained: two blocks are enough",
            Chained,
            """
            ? first

            """,
            """
            ? second

            """,
            ["worlds chained"],
            ["NoCommitWithoutChain", "CommitsLinear"]),
        new(
            "hotstuff2: one block is enough",
            HotStuff2,
            "second.View == first.View.Next ? first : null",
            "second.View == first.View.Next ? second : null",
            ["worlds hotstuff2"],
            ["NoCommitWithoutChain", "CommitsLinear"]),
        new(
            "basic: a pre-commit certificate decides",
            Basic,
            "seen.Statement.Phase == Phase.Commit ?",
            "seen.Statement.Phase >= Phase.PreCommit ?",
            ["worlds basic"],
            ["NoCommitWithoutChain", "CommitsLinear"]),
        new(
            "blocks commit newest first",
            Tree,
            "        return path;",
            "        return [.. path.Reverse()];",
            ["worlds chained"],
            ["CommitOldestFirst"]),
        new(
            "ancestors do not commit",
            Tree,
            "        return path;",
            "        return [path[^1]];",
            ["worlds chained"],
            ["CommitOldestFirst"]),
        new(
            "a block need not be one higher than its parent",
            Tree,
            """
            block.Height == parent.Height.Next
                    && block.View
            """,
            "block.View",
            ["wrong height"],
            ["CommitOldestFirst"]),
        new(
            "a command runs again when it comes with another",
            Clients,
            " && !window.Contains(sequence))",
            ")",
            ["repeated command"],
            ["ExecutedOnce"]),
    ];

    public static TheoryData<string> Names => NamesOf(Mutants);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mutant_is_found(string mutant) => Find(mutant);
}
