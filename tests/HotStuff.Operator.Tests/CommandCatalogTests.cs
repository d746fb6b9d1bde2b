using System.Text.Json.Nodes;

namespace HotStuff.Operator.Tests;

/// <summary>Finding commands, and lines of text around them.</summary>
public sealed class CommandCatalogTests
{
    [Theory]
    [InlineData("", "a command is needed; it begins with one of actor, cluster, hotstuff, log")]
    [InlineData("clustr show", "'clustr' is not a command; allowed are actor, cluster, hotstuff, log")]
    [InlineData("actor", "'actor' needs a command; allowed are hierarchy, count")]
    [InlineData("cluster shew", "'cluster shew' is not a command; allowed after 'cluster' are show, status, leave, down, down-unreachable, join, tail")]
    [InlineData("hotstuff timeout", "'hotstuff timeout' is not a command; allowed after 'hotstuff' are status, view, leader, peers, blocks, mempool, timeout now, pause, resume, kill, evidence")]
    [InlineData("cluster down", "'cluster down' needs -a ADDRESS")]
    [InlineData("cluster down -a", "-a needs its ADDRESS")]
    [InlineData("cluster show -a x", "'-a' is not an argument of 'cluster show'; it takes none")]
    [InlineData("actor hierarchy deep", "'deep' is not an argument of 'actor hierarchy'; allowed: -d DEPTH, -s PATH")]
    [InlineData("log level info debug", "'debug' is not an argument of 'log level'; allowed: LEVEL")]
    [InlineData("hotstuff status --digest=yes", "-g takes no value")]
    public void What_is_not_a_command_is_one_line_that_says_what_is_allowed(string line, string problem)
    {
        var thrown = Assert.Throws<CommandProblemException>(() => OperatorPalettes.Catalog.Find(CommandWords.Split(line)));

        Assert.Equal(problem, thrown.Message);
        Assert.True(thrown.IsUsage);
    }

    [Theory]
    [InlineData("cluster down -a host:1")]
    [InlineData("cluster down --address host:1")]
    [InlineData("cluster down --address=host:1")]
    public void An_option_can_be_written_in_three_ways(string line)
    {
        var (command, arguments) = OperatorPalettes.Catalog.Find(CommandWords.Split(line));

        Assert.Equal("host:1", arguments.Text(command.Options[0]));
    }

    [Fact]
    public void Every_command_has_another_name_and_says_what_it_does()
    {
        var commands = OperatorPalettes.All.SelectMany(palette => palette.Commands.Select(command => (Name: $"{palette.Name} {command.Name}", command.Description))).ToArray();

        Assert.Equal(commands.Length, commands.Select(command => command.Name).Distinct().Count());
        Assert.All(commands, command => Assert.NotEmpty(command.Description));
        Assert.All(commands, command => Assert.Contains(CommandWords.Help(OperatorPalettes.Catalog, null), line => line.StartsWith($"  {command.Name}", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", "actor,cluster,exit,hotstuff,log")]
    [InlineData("cl", "cluster")]
    [InlineData("cluster ", "down,down-unreachable,join,leave,show,status,tail")]
    [InlineData("cluster do", "down,down-unreachable")]
    [InlineData("cluster down ", "-a")]
    [InlineData("cluster down -a ", "")]
    [InlineData("hotstuff t", "timeout")]
    [InlineData("hotstuff timeout ", "now")]
    [InlineData("log level ", "debug,error,info,off,warning")]
    [InlineData("log level info ", "")]
    [InlineData("help a", "actor")]
    [InlineData("nonsense ", "")]
    public void Words_are_completed(string line, string candidates) =>
        Assert.Equal(candidates.Split(',', StringSplitOptions.RemoveEmptyEntries), CommandWords.Completions(OperatorPalettes.Catalog, line, "exit"));

    [Theory]
    [InlineData("  cluster   show ", "cluster|show")]
    [InlineData("a \"b c\" 'd e'f", "a|b c|d ef")]
    [InlineData("''", "")]
    [InlineData("", null)]
    public void Lines_are_split_at_white_space_outside_of_quotation_marks(string line, string? words) => Assert.Equal(words?.Split('|') ?? [], CommandWords.Split(line));

    [Fact]
    public void What_a_node_sends_cannot_do_anything_to_a_terminal()
    {
        var result = CommandResult.Table([new { Name = "\x1b[2Jevil\n", Value = 1 }], "no\rte");

        Assert.Equal(["name       value", "[2Jevil       1", "no te"], ResultText.Lines(result).Select(line => line.TrimStart()));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("[1,[2],{}]")]
    [InlineData("{\"a\":{\"b\":[null]}}")]
    [InlineData("\"x\"")]
    public void Data_of_another_shape_than_promised_are_no_problem(string json)
    {
        foreach (var shape in Enum.GetValues<ResultShape>())
            Assert.NotNull(ResultText.Lines(new CommandResult { Shape = shape, Data = JsonNode.Parse(json)! }).ToArray());
    }
}
