using Xunit.Abstractions;

namespace HotStuff.Mutations.Tests;

/// <summary>What keeps the protocol going.</summary>
public sealed class LivenessMutations(ITestOutputHelper output) : MutationTests(output, Mutants)
{
    private const string Safety = "src/HotStuff.Consensus/Safety/SafetyRules.cs";
    private const string ViewChange = "src/HotStuff.Consensus/Replica.ViewChange.cs";
    private const string Pacemaker = "src/HotStuff.Consensus/Pacemaking/Pacemaker.cs";
    private const string HotStuff2 = "src/HotStuff.Consensus/Rules/HotStuff2Rules.cs";
    private const string Certificates = "src/HotStuff.Consensus/Replica.Certificates.cs";
    private const string Replica = "src/HotStuff.Consensus/Replica.cs";
    private const string Commands = "src/HotStuff.Consensus/Replica.Commands.cs";
    private const string Timeout = "src/HotStuff.Consensus/Pacemaking/ViewTimeout.cs";

    private static readonly Mutant[] Mutants =
    [
        new(
            "complaints carry no last vote",
            Safety,
            "            Record.LastVote);",
            "            null);",
            ["one dead of four"],
            ["EventualCommit", "RecordBeforeVote"]),
        new(
            "last votes in complaints are not collected",
            ViewChange,
            "if (complaint.LastVote is { } vote && _rules",
            "if (complaint.LastVote is { } vote && vote.Statement.View == View.Genesis && _rules",
            ["one dead of four"],
            ["EventualCommit"]),
        new(
            "of the votes only the last is said again",
            ViewChange,
            "_safety.UncertifiedVotes.SkipLast(1)",
            "Enumerable.Empty<Vote>()",
            ["tail forked"],
            ["EventualCommit"]),
        new(
            "only the last vote is remembered",
            Safety,
            "UncertifiedVotes.TakeLast(committee.MaxFaulty)",
            "UncertifiedVotes.TakeLast(0)",
            ["tail forked"],
            ["EventualCommit"]),
        new(
            "who did not complain keeps its votes to itself",
            Certificates,
            "if (!complained || left.Next != view)",
            "if (false)",
            ["tail forked in haste"],
            ["EventualCommit"]),
        new(
            "complaints are not sent again",
            ViewChange,
            "StartTimer(TimerKind.Complaint, _options.Pacemaker.ComplaintRetry);",
            "",
            ["worlds chained"],
            ["EventualCommit", "ViewSync", "SameState"]),
        new(
            "complaints go to the next leader alone",
            Pacemaker,
            "Math.Min(_collectors + 1, committee.Size)",
            "1",
            ["two dead of seven"],
            ["EventualCommit", "ViewSync", "SameState"]),
        new(
            "nobody joins a complaint",
            ViewChange,
            "else if (_complaints.CountOf(statement) >= _committee.OneHonest && !_pacemaker.Complaining)",
            "else if (false)",
            ["troubled minority"],
            ["Rest"]),
        new(
            "who is behind is not answered",
            ViewChange,
            "if (view < _pacemaker.View || complaint.HighQc.Step < _safety.HighQc.Step)",
            "if (false)",
            ["worlds chained"],
            ["EventualCommit", "ViewSync", "SameState"]),
        new(
            "basic: certificates within a view are not shown",
            Certificates,
            "if (!_rules.EndsView(certificate) || LeaderAfter(certificate) != _self)",
            "if (_rules.EndsView(certificate) && LeaderAfter(certificate) != _self)",
            ["worlds basic"],
            ["EventualCommit", "ViewSync", "SameState", "BoundedState"]),
        new(
            "missing blocks are not fetched",
            Certificates,
            "Do(new Effect.FetchBlocks(missing.Block, _tree.Root.Height));",
            "",
            ["worlds chained"],
            ["EventualCommit", "ViewSync", "SameState"]),
        new(
            "timeouts do not grow",
            Timeout,
            "Duration < Cap ? this with { Steps = Steps + 1 } : this",
            "this",
            ["slow network"],
            ["EventualCommit"]),
        new(
            "commands that wait are not passed on",
            Commands,
            "if (!overdue.IsEmpty)",
            "if (false)",
            ["one gateway"],
            ["EventualCommit"]),
        new(
            "who comes back is told nothing",
            Replica,
            "SendCertificates(proven.Peer);",
            "break;",
            ["laggard"],
            ["EventualCommit"]),
    ];

    public static TheoryData<string> Names => NamesOf(Mutants);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mutant_is_found(string mutant) => Find(mutant);
}
