using Xunit.Abstractions;

namespace HotStuff.Mutations.Tests;

/// <summary>Locks: what keeps a quorum from voting beside a committed block.</summary>
public sealed class LockMutations(ITestOutputHelper output) : MutationTests(output, Mutants)
{
    private const string Chained = "src/HotStuff.Consensus/Rules/ChainedRules.cs";
    private const string HotStuff2 = "src/HotStuff.Consensus/Rules/HotStuff2Rules.cs";
    private const string Basic = "src/HotStuff.Consensus/Rules/BasicRules.cs";
    private const string Safety = "src/HotStuff.Consensus/Safety/SafetyRules.cs";
    private const string Replica = "src/HotStuff.Consensus/Replica.cs";

    private static readonly Mutant[] Mutants =
    [
        new(
            "chained: votes do not ask the lock",
            Chained,
            "block.Justify.View > @lock.View || tree.Extends(block, @lock.Block);",
            "true;",
            ["twins chained", "stale leader chained"],
            ["CommitsLinear"]),
        new(
            "hotstuff2: votes do not ask the lock",
            HotStuff2,
            "block.Justify.View >= @lock.View;",
            "true;",
            ["twins hotstuff2", "stale leader hotstuff2"],
            ["CommitsLinear", "EventualCommit"]),
        new(
            "basic: votes do not ask the lock",
            Basic,
            "block.Justify.View > @lock.View || tree.Extends(block, @lock.Block);",
            "true;",
            ["stale leader basic"],
            ["CommitsLinear"]),
        new(
            "chained: a lock is for ever",
            Chained,
            "block.Justify.View > @lock.View || tree",
            "tree",
            ["stranded lock chained"],
            ["EventualCommit"]),
        new(
            "basic: a lock is for ever",
            Basic,
            "block.Justify.View > @lock.View || tree",
            "tree",
            ["stranded lock basic"],
            ["EventualCommit"]),
        new(
            "hotstuff2: the locked block itself must not be built upon",
            HotStuff2,
            "block.Justify.View >= @lock.View",
            "block.Justify.View > @lock.View",
            ["worlds hotstuff2"],
            ["EventualCommit", "ViewSync"]),
        new(
            "chained: what extends the locked block is not enough",
            Chained,
            "block.Justify.View > @lock.View || tree.Extends(block, @lock.Block)",
            "block.Justify.View > @lock.View",
            ["one dead of four"],
            ["EventualCommit"]),
        new(
            "basic: what extends the locked block is not enough",
            Basic,
            "block.Justify.View > @lock.View || tree.Extends(block, @lock.Block)",
            "block.Justify.View > @lock.View",
            ["second vote basic"],
            ["EventualCommit"]),
        new(
            "the lock does not move",
            Safety,
            "Record = Record with { Lock = moved };",
            "return;",
            ["stale leader chained"],
            ["CommitsLinear"]),
        new(
            "hotstuff2: the lock is a block too low",
            HotStuff2,
            "seen.View > @lock.View ? seen : @lock;",
            "tree.Find(seen.Block) is { } certified && certified.Justify.View > @lock.View ? certified.Justify : @lock;",
            ["stale leader hotstuff2"],
            ["CommitsLinear"]),
        new(
            "basic: the pre-commit certificate does not lock",
            Basic,
            "seen.Statement.Phase >= Phase.PreCommit && seen.View",
            "seen.Statement.Phase >= Phase.Commit && seen.View",
            ["stale leader basic"],
            ["CommitsLinear"]),
        new(
            "basic: a commit vote for what has a prepare certificate only",
            Safety,
            """
            return null;
                    var statement = certified.Statement with { Phase = phase };
            """,
            """
            return null;
                    var statement = certified.Statement with { Phase = rules.Phases[^1] };
            """,
            ["stale leader basic"],
            ["CommitsLinear"]),
        new(
            "basic: a commit vote at once",
            Safety,
            """
            var statement = new VoteStatement(block.Epoch, block.View, block.Id, rules.Phases[0]);
                    if (Record.LastVote
            """,
            """
            var statement = new VoteStatement(block.Epoch, block.View, block.Id, rules.Phases[^1]);
                    if (Record.LastVote
            """,
            ["stale leader basic"],
            ["CommitsLinear"]),
        new(
            "the lock falls",
            [
                new(Safety, "if (moved.View > Lock.View)", "if (moved.View != Lock.View)"),
                new(Chained, "certified.Justify.View > @lock.View ? certified.Justify : @lock;", "certified.Justify.View != @lock.View ? certified.Justify : @lock;"),
            ],
            ["worlds chained"],
            ["LockMonotone"]),
        new(
            "the lock is not in what is written",
            Replica,
            "new Effect.Persist(_safety.Record, block)",
            "new Effect.Persist(_safety.Record with { Lock = Consensus.Block.GenesisCertificate(_committee.Chain) }, block)",
            ["turmoil chained mixed", "turmoil basic mixed", "turmoil hotstuff2 mixed"],
            ["LockMonotone"]),
        new(
            "the record is not read when the replica starts",
            Replica,
            "new SafetyRules(committee, rules, signer, recovered.Record)",
            "new SafetyRules(committee, rules, signer, RecoveredState.Fresh(committee.Chain).Record)",
            ["worlds chained"],
            ["LockMonotone", "VotesMonotone", "ProposalsMonotone"]),
    ];

    public static TheoryData<string> Names => NamesOf(Mutants);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mutant_is_found(string mutant) => Find(mutant);
}
