using Xunit.Abstractions;

namespace HotStuff.Mutations.Tests;

/// <summary>Proposals: who may make them, and what must be in them.</summary>
public sealed class LeaderMutations(ITestOutputHelper output) : MutationTests(output, Mutants)
{
    private const string Proposals = "src/HotStuff.Consensus/Replica.Proposals.cs";
    private const string Safety = "src/HotStuff.Consensus/Safety/SafetyRules.cs";
    private const string Rules = "src/HotStuff.Consensus/Rules/IProtocolRules.cs";

    private static readonly Mutant[] Mutants =
    [
        new(
            "anybody leads",
            Proposals,
            "is { } leader && leader != block.Proposer)",
            "is { } leader && leader != block.Proposer && _options.BatchBytes < 0)",
            ["worlds chained", "turmoil chained forge", "usurper"],
            ["LedByLeader", "EventualCommit"]),
        new(
            "a proposal needs no certificate of the view before",
            Proposals,
            "if (!byCertificate && proposal.EntryCertificate?.View.Next != block.View)",
            "if (false)",
            ["worlds chained", "far ahead"],
            ["EventualCommit", "EnterOnlyWithCertificate", "ViewSync"]),
        new(
            "a leader proposes twice after a restart",
            Safety,
            """
            if (Record.LastProposal is { } last && (block.View < last.View || (block.View == last.View && statement != last)))
                        return null;

            """,
            "",
            ["turmoil chained mixed", "turmoil basic mixed", "worlds chained"],
            ["OneProposalPerView"]),
        new(
            "suspensions are believed",
            Proposals,
            "if (!block.Suspensions.SequenceEqual(_leaders.SuspensionsAfter(parent, block.View)))",
            "if (false)",
            ["worlds chained"],
            ["NeverThrows", "EventualCommit"]),
        new(
            "lost blocks are kept for ever",
            Proposals,
            "if (_tree.Count > _options.UncommittedBlocks)",
            "if (_tree.Count < 0)",
            ["worlds chained", "many lost blocks"],
            ["BoundedState"]),
    ];

    public static TheoryData<string> Names => NamesOf(Mutants);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mutant_is_found(string mutant) => Find(mutant);
}
