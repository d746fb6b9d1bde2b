using HotStuff.Cluster;
using HotStuff.Consensus;

namespace HotStuff.Operator.Tests;

/// <summary>What each command says and does, without a network.</summary>
public sealed class PaletteTests : IAsyncLifetime
{
    private readonly FakeNode _node = new();
    private readonly FakeLog _log = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Status_tells_how_the_replica_is()
    {
        var lines = await LinesAsync("hotstuff status");

        Assert.Contains("replica            r1", lines);
        Assert.Contains("state              running", lines);
        Assert.Contains("executed height    13", lines);
        Assert.Contains("state digest       -", lines);
        Assert.Contains($"state digest       {new string('0', 8)}", await LinesAsync("hotstuff status --digest"));
    }

    [Fact]
    public async Task View_and_leader_are_told_with_where_the_leader_is()
    {
        Assert.Equal(
            ["view                 17", "leader               r2", "highest certificate  16", "locked view          15", "committed height     14", "timeouts             3"],
            await LinesAsync("hotstuff view"));
        Assert.Equal(
            ["leader        r2", "view          17", "is this node  no", "clients       127.0.0.1:6055", "commands      127.0.0.1:9112"],
            await LinesAsync("hotstuff leader"));
    }

    [Fact]
    public async Task Peers_are_listed_with_what_is_proven() => Assert.Equal(
        [
            "replica  address         proven",
            "r0       127.0.0.1:5053  yes",
            "r2       127.0.0.1:5055  yes",
            "r3       127.0.0.1:5056  no",
            "2 of 3 have proven who they are; nothing was refused",
        ],
        await LinesAsync("hotstuff peers"));

    [Fact]
    public async Task Blocks_are_listed_and_no_more_than_asked_for()
    {
        _node.AllBlocks = [Block(3, BlockState.Proposed), Block(2, BlockState.Locked), Block(1, BlockState.Committed)];

        Assert.Equal(
            [
                "height  view  block     parent    proposer  commands  bytes  state",
                "     3     4  00000000  00000000  r3               7    900  proposed",
                "     2     3  00000000  00000000  r2               7    900  locked",
            ],
            await LinesAsync("hotstuff blocks -n 2"));
        Assert.Equal(3, (await ResultAsync("hotstuff blocks")).Data.AsArray().Count);
        Assert.Equal(64, (await ResultAsync("hotstuff blocks")).Data[0]!["block"]!.GetValue<string>().Length);
        Assert.Equal("-n is '0'; allowed is a whole number from 1 to 1000", await UsageProblemAsync("hotstuff blocks -n 0"));
    }

    [Fact]
    public async Task What_waits_in_memory_is_counted() => Assert.Equal(
        [
            "commands                 5", "command bytes            640", "uncommitted blocks       4", "shares                   6", "orphans                  1",
            "peer messages dropped    0", "client messages dropped  0",
        ],
        await LinesAsync("hotstuff mempool"));

    [Fact]
    public async Task The_replica_can_be_made_to_give_up_its_view()
    {
        Assert.Equal(["r1 gives up view 17 of leader r2; the others follow when a quorum does the same"], await LinesAsync("hotstuff timeout now"));
        Assert.Equal(["give up view"], _node.Done);
    }

    [Fact]
    public async Task The_replica_can_be_paused_once_and_resumed_once()
    {
        Assert.Equal("r1 is not paused", await ProblemAsync("hotstuff resume"));
        await LinesAsync("hotstuff pause");
        Assert.Contains("state              paused", await LinesAsync("hotstuff status"));
        Assert.Equal("r1 is paused already", await ProblemAsync("hotstuff pause"));
        await LinesAsync("hotstuff resume");

        Assert.Equal(["pause", "resume"], _node.Done);
    }

    [Fact]
    public async Task The_process_is_killed_after_the_answer()
    {
        var result = await ResultAsync("hotstuff kill");

        Assert.Empty(_node.Done);
        result.Afterwards!();
        Assert.Equal(["kill"], _node.Done);
    }

    [Fact]
    public async Task Evidence_is_listed()
    {
        Assert.Equal(["no replica has contradicted itself"], await LinesAsync("hotstuff evidence"));

        _node.Evidence = [new DoubleProcess(new ReplicaId(2), 1, 2)];

        Assert.Equal("r2       two processes  -", (await LinesAsync("hotstuff evidence"))[1]);
    }

    [Fact]
    public async Task Actors_are_listed_by_path_as_deep_as_asked_for()
    {
        var all = await LinesAsync("actor hierarchy");

        Assert.Contains("akka://hotstuff/user", all);
        Assert.Contains("akka://hotstuff/system/deadLetterListener", await LinesAsync("actor hierarchy -s akka://hotstuff/system"));
        Assert.Equal(["akka://hotstuff/", "akka://hotstuff/system", "akka://hotstuff/user"], await LinesAsync("actor hierarchy -d 1"));
        Assert.Equal(["akka://hotstuff/user"], await LinesAsync("actor hierarchy -s /user -d 0"));
        Assert.StartsWith("there is no actor at '/nowhere'", await ProblemAsync("actor hierarchy -s /nowhere"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Actors_are_counted_by_system()
    {
        var count = (await ResultAsync("actor hierarchy -d 100")).Data.AsArray().Count;

        Assert.Equal(["system    actors", $"hotstuff  {count,6}", $"Count: {count} actors"], await LinesAsync("actor count"));
    }

    [Fact]
    public async Task The_level_of_the_log_is_shown_and_changed()
    {
        Assert.Equal(["info"], await LinesAsync("log level"));
        Assert.Equal(["the log has debug now; it had info"], await LinesAsync("log level debug"));

        Assert.Equal("debug", _log.Level);
        Assert.Equal(Akka.Event.LogLevel.DebugLevel, _node.ConsensusSystem.EventStream.LogLevel);
        Assert.Equal("LEVEL is 'loud'; allowed are debug, info, warning, error, off", await UsageProblemAsync("log level loud"));
    }

    [Fact]
    public async Task The_tail_of_the_log_begins_with_past_lines_and_goes_on()
    {
        foreach (var line in (string[])["one", "two", "three"])
            _log.Note(line);
        var stream = Assert.IsType<LineStream>(await AnswerAsync("log tail -n 2"));
        var seen = new List<string>();
        await foreach (var line in stream.Lines)
        {
            seen.Add(line);
            if (seen.Count == 2)
                _log.Note("four");
            if (seen.Count == 3)
                break;
        }

        Assert.Equal(["two", "three", "four"], seen);
    }

    [Fact]
    public async Task What_changes_something_is_noted_in_the_log_and_what_only_looks_is_not()
    {
        foreach (var line in (string[])["hotstuff pause", "hotstuff view", "log level", "log level error"])
            await LinesAsync(line);
        _log.Lines.Complete();

        Assert.Equal(["operator at here: hotstuff pause", "operator at here: log level error"], await _log.TailAsync(10).ToArrayAsync());
    }

    [Theory]
    [InlineData("cluster show")]
    [InlineData("cluster status")]
    [InlineData("cluster leave")]
    [InlineData("cluster down -a 127.0.0.1:1")]
    [InlineData("cluster down-unreachable")]
    [InlineData("cluster tail")]
    public async Task Without_a_membership_all_that_can_be_done_is_to_join(string line) =>
        Assert.Equal("this node is in no operators' cluster; 'cluster join' brings it back", await ProblemAsync(line));

    [Fact]
    public async Task Joining_works_when_the_node_is_no_member()
    {
        await LinesAsync("cluster join");
        _node.CanJoin = false;

        Assert.StartsWith("this node is in the operators' cluster already", await ProblemAsync("cluster join"), StringComparison.Ordinal);
        Assert.Equal(["join", "join"], _node.Done);
    }

    private static BlockDescription Block(int height, BlockState state) => new(default, default, new Height(height), new View(height + 1), new ReplicaId(height), 7, 900, state);

    private Task<CommandAnswer> AnswerAsync(string line) =>
        OperatorPalettes.Catalog.RunAsync(CommandWords.Split(line), new OperatorContext(_node, _log, _node.Kill), "here", CancellationToken.None);

    private async Task<CommandResult> ResultAsync(string line) => Assert.IsType<CommandResult>(await AnswerAsync(line));

    private async Task<string[]> LinesAsync(string line) => [.. ResultText.Lines(await ResultAsync(line))];

    private async Task<string> ProblemAsync(string line)
    {
        var problem = await Assert.ThrowsAsync<CommandProblemException>(() => AnswerAsync(line));
        Assert.False(problem.IsUsage);
        return problem.Message;
    }

    private async Task<string> UsageProblemAsync(string line)
    {
        var problem = await Assert.ThrowsAsync<CommandProblemException>(() => AnswerAsync(line));
        Assert.True(problem.IsUsage);
        return problem.Message;
    }
}
