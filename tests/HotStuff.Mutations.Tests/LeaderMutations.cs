using Xunit.Abstractions;

namespace HotStuff.Mutations.Tests;

/// <summary>Proposals: who may make them, what must be in them, and what is kept of them.</summary>
public sealed class LeaderMutations(ITestOutputHelper output) : MutationTests(output, Mutants)
{
    private const string Proposals = "src/HotStuff.Consensus/Replica.Proposals.cs";
    private const string Safety = "src/HotStuff.Consensus/Safety/SafetyRules.cs";
    private const string Commands = "src/HotStuff.Consensus/Replica.Commands.cs";
    private const string Replica = "src/HotStuff.Consensus/Replica.cs";
    private const string Mempool = "src/HotStuff.Consensus/Commands/Mempool.cs";

    private static readonly Mutant[] Mutants =
    [
        new(
            "anybody leads",
            Proposals,
            "is { } leader && leader != block.Proposer)",
            "is { } leader && leader != block.Proposer && _committee.Size < 0)",
            ["usurper"],
            ["LedByLeader"]),
        new(
            "everybody proposes",
            Proposals,
            """
            if (Leader != _self)
                        return;

            """,
            "",
            ["one dead of four"],
            ["EventualCommit"]),
        new(
            "with nothing to do leaders propose all the same",
            Proposals,
            "if (segments.IsEmpty && _tree.IsSettled(parent))",
            "if (false)",
            ["unfit command"],
            ["Rest"]),
        new(
            "commands that fit no block wait",
            Commands,
            "FitsBlock(segment) && _mempool",
            "_mempool",
            ["unfit command"],
            ["BoundedState"]),
        new(
            "the next leader is read from a block that nobody checked",
            Replica,
            "&& _tree.Find(seen.Id) is not null ?",
            "?",
            ["worlds chained", "turmoil chained forge"],
            ["NeverThrows"]),
        new(
            "a proposal needs no certificate of the view before",
            Proposals,
            "if (!byCertificate && proposal.EntryCertificate?.View.Next != block.View)",
            "if (false)",
            ["far ahead"],
            ["EventualCommit"]),
        new(
            "a leader proposes twice after a restart",
            Safety,
            """
            if (Record.LastProposal is { } last && (block.View < last.View || (block.View == last.View && statement != last)))
                        return null;

            """,
            "",
            ["turmoil chained mixed"],
            ["ProposalsMonotone"]),
        new(
            "suspensions are believed",
            Proposals,
            "if (!block.Suspensions.SequenceEqual(_leaders.SuspensionsAfter(parent, block.View)))",
            "if (false)",
            ["worlds chained"],
            ["NeverThrows"]),
        new(
            "lost blocks are kept for ever",
            Proposals,
            "if (_tree.Count > _options.UncommittedBlocks)",
            "if (_tree.Count < 0)",
            ["many lost blocks"],
            ["BoundedState"]),
        new(
            "any number of commands may wait",
            Mempool,
            "if (Commands + segment.Count > maxCommands || Bytes + segment.Encoded.Length > maxBytes)",
            "if (false)",
            ["flood"],
            ["BoundedState"]),
    ];

    public static TheoryData<string> Names => NamesOf(Mutants);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mutant_is_found(string mutant) => Find(mutant);
}
