using Xunit.Abstractions;

namespace HotStuff.Mutations.Tests;

/// <summary>Votes and complaints, and the record that must be written before they leave.</summary>
public sealed class VoteMutations(ITestOutputHelper output) : MutationTests(output, Mutants)
{
    private const string Safety = "src/HotStuff.Consensus/Safety/SafetyRules.cs";
    private const string Votes = "src/HotStuff.Consensus/Replica.Votes.cs";
    private const string Proposals = "src/HotStuff.Consensus/Replica.Proposals.cs";
    private const string ViewChange = "src/HotStuff.Consensus/Replica.ViewChange.cs";
    private const string Replica = "src/HotStuff.Consensus/Replica.cs";

    private static readonly Mutant[] Mutants =
    [
        new(
            "a second vote in a view",
            Safety,
            "statement.Step <= last.Statement.Step ? Refusal",
            "statement.View < last.Statement.View ? Refusal",
            ["second vote chained"],
            ["VotesMonotone", "AtMostOneQcPerView"]),
        new(
            "basic: a second vote in a phase",
            Safety,
            "statement.Step <= last.Statement.Step ? Refusal",
            "statement.Step < last.Statement.Step ? Refusal",
            ["second vote basic"],
            ["VotesMonotone", "AtMostOneQcPerView"]),
        new(
            "a vote in a view that is over",
            [
                new(Safety, "statement.Step <= last.Statement.Step ? Refusal", "statement.View == last.Statement.View ? Refusal"),
                new(Proposals, "if (block.View < _pacemaker.View)", "if (false)"),
            ],
            ["worlds chained"],
            ["VotesMonotone"]),
        new(
            "a vote after the complaint",
            Safety,
            ": statement.View <= Record.HighestComplaint ? Refusal.AlreadyComplained",
            "",
            ["worlds chained"],
            ["VotesMonotone"]),
        new(
            "a vote leaves before its record is written",
            Votes,
            """
            if (_safety.Record != before)
                        Persist(block);
                    SendVote(vote!, block);
            """,
            """
            SendVote(vote!, block);
                    if (_safety.Record != before)
                        Persist(block);
            """,
            ["worlds chained"],
            ["RecordBeforeVote"]),
        new(
            "a vote whose record is not written",
            Votes,
            """
            if (_safety.Record != before)
                        Persist(block);
                    SendVote(vote!, block);
            """,
            "SendVote(vote!, block);",
            ["worlds chained"],
            ["RecordBeforeVote"]),
        new(
            "basic: a later vote leaves before its record is written",
            Votes,
            """
            Persist(written ? null : block);
                    SendVote(vote, block);
            """,
            """
            SendVote(vote, block);
                    Persist(written ? null : block);
            """,
            ["worlds basic"],
            ["RecordBeforeVote"]),
        new(
            "a complaint whose record is not written",
            ViewChange,
            """
            if (_safety.Record != before)
                        Persist();
            """,
            "_ = before;",
            ["worlds chained"],
            ["RecordBeforeVote"]),
        new(
            "a proposal leaves before its record is written",
            Proposals,
            """
            Persist(block);
                    Do(new Effect.Broadcast(proposal));
            """,
            """
            Do(new Effect.Broadcast(proposal));
                    Persist(block);
            """,
            ["worlds chained"],
            ["RecordBeforeVote"]),
        new(
            "the last vote is not in what is written",
            Replica,
            "new Effect.Persist(_safety.Record, block)",
            "new Effect.Persist(_safety.Record with { LastVote = null }, block)",
            ["worlds chained"],
            ["RecordBeforeVote"]),
        new(
            "the highest certificate is not in what is written",
            Replica,
            "new Effect.Persist(_safety.Record, block)",
            "new Effect.Persist(_safety.Record with { HighQc = Consensus.Block.GenesisCertificate(_committee.Chain) }, block)",
            ["worlds chained"],
            ["EventualCommit", "ViewSync", "SameState", "VotesMonotone", "LockMonotone", "RecordBeforeVote"]),
    ];

    public static TheoryData<string> Names => NamesOf(Mutants);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mutant_is_found(string mutant) => Find(mutant);
}
