using HotStuff.Cluster;
using static HotStuff.Operator.OperatorPalettes;

namespace HotStuff.Operator;

/// <summary><c>actor</c>: the actors of both systems, <c>hotstuff</c> that runs consensus and <c>ops</c> of the operators' cluster.</summary>
public sealed class ActorPalette : ICommandPalette
{
    private const int MaxLines = 10_000;

    private static readonly CommandOption Depth = new("-d", "--depth", "DEPTH", "How many levels below the start, 0 to 100; otherwise 4");
    private static readonly CommandOption Start = new("-s", "--start", "PATH", "Where to begin: akka://hotstuff/user, or /user for both systems");

    /// <inheritdoc/>
    public string Name => "actor";

    /// <inheritdoc/>
    public string Description => "The actors of this node";

    /// <inheritdoc/>
    public IReadOnlyList<OperatorCommand> Commands { get; } =
    [
        new OperatorCommand { Name = "hierarchy", Description = "Lists actors by path", Options = [Depth, Start], Handler = At(Hierarchy) },
        new OperatorCommand { Name = "count", Description = "Counts the actors of each system", Handler = At((context, _) => Count(context)) },
    ];

    private static CommandResult Hierarchy(OperatorContext context, CommandArguments arguments)
    {
        var (start, depth) = (arguments.Text(Start), arguments.Number(Depth, 4, 0, 100));
        var paths = context.Member.Systems.SelectMany(system => ActorTree.Paths(system, start, depth)).Take(MaxLines + 1).ToArray();
        return paths.Length switch
        {
            0 => throw new CommandProblemException($"there is no actor at '{start}'; 'actor hierarchy -d 2' lists where to begin"),
            > MaxLines => CommandResult.Lines(paths.Take(MaxLines), $"and more; -d and -s show less at a time"),
            _ => CommandResult.Lines(paths),
        };
    }

    private static CommandResult Count(OperatorContext context)
    {
        var counts = context.Member.Systems.Select(system => new SystemCount(system.Name, ActorTree.Paths(system).Count())).ToArray();
        return CommandResult.Table(counts, $"Count: {counts.Sum(count => count.Actors)} actors");
    }

    private sealed record SystemCount(string System, int Actors);
}
