using System.CommandLine;
using HotStuff.Host.CommandLine;

namespace HotStuff.Host.Commands;

internal sealed class DemoCommand() : HostCommand("demo", "x")
{
    public override IReadOnlyList<string> Examples => [];

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken) => Task.FromResult(0);
}
