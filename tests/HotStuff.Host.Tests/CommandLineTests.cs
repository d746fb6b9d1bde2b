using HotStuff.Host.CommandLine;

namespace HotStuff.Host.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--replicas is '0'; allowed is a whole number from 1 to 100", "bench", "--replicas", "0")]
    [InlineData("--replicas is 'four'; allowed is a whole number from 1 to 100", "demo", "--replicas", "four")]
    [InlineData("--durability is 'paper'; allowed are fsync, os, memory", "bench", "--durability", "paper")]
    [InlineData("--duration is '-1'; allowed is a number of seconds from 0.1 to 86400", "bench", "--duration", "-1")]
    [InlineData("--timeout is '0'; allowed is a whole number from 1 to 600000", "up", "--timeout", "0")]
    [InlineData("--outstanding is '2'; allowed is no less than --clients, which is 4", "bench", "--outstanding", "2", "--clients", "4")]
    [InlineData("--kill-leader-at is '9'; allowed is less than --duration, which is 5", "bench", "--duration", "5", "--kill-leader-at", "9")]
    [InlineData("--batch is only for a cluster that bench starts itself; it cannot be combined with --genesis", "bench", "--genesis", "x", "--batch", "1")]
    [InlineData("--payload is for empty commands; it cannot be combined with --check", "bench", "--check", "--payload", "8")]
    [InlineData("--rate is '0'; allowed is a number of commands per second from 0.01 to 100000000", "bench", "--rate", "0")]
    [InlineData("--spec is '{'; allowed is what bench writes", "load", "--genesis", "x", "--spec", "{")]
    [InlineData("--faults has 'flood'; allowed are all, or some of kill, freeze, die, damage, blackout, fill, isolate, split, weather", "chaos", "--faults", "kill,flood")]
    [InlineData("--faults is 'kill,weather'; isolate, split, weather need --network", "chaos", "--faults", "kill,weather")]
    [InlineData("--replicas is '3'; a cluster that survives a killed replica has 4 or more", "chaos", "--replicas", "3")]
    [InlineData("--durability is 'memory'; allowed are fsync, os, because a replica that forgets its votes must not come back", "chaos", "--durability", "memory")]
    [InlineData("--die-at is 'lunch:1'; allowed is POINT:N, N from 1 up, POINT one of before-persist, after-persist, before-commit, after-commit, before-put", "node", "--die-at", "lunch:1")]
    [InlineData("--kill is 'all'; allowed are leader, random, none", "demo", "--kill", "all")]
    [InlineData("--replicas is '3'; a cluster that survives a killed replica has 4 or more (or --kill none)", "demo", "--replicas", "3")]
    [InlineData("--read is 'fast'; allowed are linearizable, stale", "kv", "get", "a", "--read", "fast")]
    [InlineData("kv needs an operation; allowed are get, put, delete, cas, incr, scan", "kv")]
    [InlineData("--misbehave is 'lazy'; allowed are silent-leader, equivocate, double-vote, withhold-votes, spam-complaints, forge, stale-justify, selective, fork-tail, lie-in-sync", "node", "--misbehave", "lazy")]
    [InlineData("DELTA is 'much'; allowed is a whole number of 64 bits", "kv", "incr", "a", "much")]
    [InlineData("'--speed' is not a command or option of 'bench'; --help lists them", "bench", "--speed", "9")]
    [InlineData("'dmeo' is not a command or option of 'hotstuff'; --help lists them", "dmeo")]
    public async Task Bad_usage_is_one_line_that_says_what_was_given_and_what_is_allowed(string line, params string[] arguments)
    {
        var result = await HotStuffProcess.RunAsync(arguments);

        Assert.Equal($"hotstuff: {line}", result.FailedWith(2));
    }

    [Fact]
    public async Task Help_lists_every_command()
    {
        var help = (await HotStuffProcess.RunAsync("--help")).Succeeded();

        Assert.All(["demo", "node", "keygen", "up", "down", "kv", "status", "bench", "experiment", "simulate", "chaos"], command => Assert.Contains($"  {command} ", help, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_of_a_command_ends_with_examples()
    {
        var help = (await HotStuffProcess.RunAsync("bench", "--help")).Succeeded();

        Assert.Contains("Examples:\n  hotstuff bench ", help, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_example_in_the_help_can_be_typed()
    {
        var root = HostCommandLine.Create();
        var examples = root.Subcommands.OfType<HostCommand>().SelectMany(command => command.Examples).ToArray();

        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Empty(root.Parse(CommandLines.Arguments(example)!).Errors));
    }

    [Theory]
    [InlineData("hotstuff kv get a", "kv get a")]
    [InlineData("$ hotstuff demo --replicas 7   # seven", "demo --replicas 7")]
    [InlineData("HOTSTUFF__DURABILITY=os hotstuff node --data d", "node --data d")]
    [InlineData("dotnet run -c Release --project src/HotStuff.Host -- bench --duration 5", "bench --duration 5")]
    [InlineData("dotnet build", null)]
    [InlineData("dotnet run --project benchmarks/HotStuff.Benchmarks -- --filter x", null)]
    [InlineData("hotstuff is a protocol", "is a protocol")]
    public void Command_lines_are_found_in_text(string text, string? arguments)
    {
        Assert.Equal(arguments?.Split(' '), CommandLines.Arguments(text));
    }
}
