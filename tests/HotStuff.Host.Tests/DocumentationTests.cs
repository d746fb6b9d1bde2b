using System.Text.RegularExpressions;
using HotStuff.Cluster;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Commands;
using HotStuff.Operator;

namespace HotStuff.Host.Tests;

/// <summary>What the documentation names is there.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void Every_command_line_can_be_typed()
    {
        var root = HostCommandLine.Create();
        var lines = CommandLines.InDocumentation().ToArray();

        Assert.Contains(lines, line => line.Source == "README.md");
        Assert.All(lines, line => Assert.True(root.Parse(line.Arguments).Errors.Count == 0, $"{line.Source}: {line.Text}"));
    }

    [Fact]
    public void Every_operator_command_can_be_given_and_is_documented()
    {
        var catalog = OperatorPalettes.Catalog;
        var given = CommandLines.InDocumentation().Where(line => line.Arguments[0] == "pbm")
            .Select(line => HostCommandLine.Create().Parse(line.Arguments).GetValue<string[]>("command")!)
            .Select(words => PbmCommand.Read(words).Command)
            .Where(command => command.Count > 0 && command[0] != "help")
            .Select(command => catalog.Find(command).Command)
            .ToHashSet();

        Assert.All(catalog.Palettes.SelectMany(palette => palette.Commands), command => Assert.Contains(command, given));
        var operations = CommandLines.Texts().Single(text => Path.GetFileName(text.Path) == "operations.md").Text;
        Assert.All(catalog.Palettes, palette => Assert.All(palette.Commands, command => Assert.Contains($"| {palette.Name} {command.Usage} |", operations, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_option_is_one_of_a_command()
    {
        var root = HostCommandLine.Create();
        var options = root.Subcommands
            .SelectMany(command => command.Options.Concat(command.Subcommands.SelectMany(operation => operation.Options)))
            .Concat(root.Options)
            .Select(option => option.Name)
            .ToHashSet(StringComparer.Ordinal);
        var named = CommandLines.InlineCode().Select(code => code.Text.Split(' ')[0]).Where(word => word.StartsWith("--", StringComparison.Ordinal)).ToArray();

        Assert.NotEmpty(named);
        Assert.All(named, option => Assert.Contains(option, options));
    }

    [Fact]
    public void Every_setting_and_its_environment_variable_is_in_the_reference()
    {
        var named = CommandLines.InlineCode().Select(code => code.Text)
            .Select(text => Variable().Match(text) is { Success: true } variable ? NodeConfiguration.KeyOf(variable.Value) : text)
            .Where(text => Key().IsMatch(text))
            .ToArray();

        Assert.Contains("hotstuff.data-directory", named);
        Assert.All(named, key => Assert.Contains(key, NodeConfiguration.Keys));
    }

    [Fact]
    public void Every_file_that_is_linked_to_is_there()
    {
        var links = CommandLines.Texts()
            .SelectMany(file => Link().Matches(file.Text).Select(match => Path.Combine(Path.GetDirectoryName(file.Path)!, match.Groups["target"].Value)))
            .ToArray();

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(File.Exists(link), link));
    }

    [GeneratedRegex("^HOTSTUFF__[A-Z_]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^hotstuff(\.[a-z-]+)+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();

    [GeneratedRegex(@"\]\((?<target>[^):#]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
