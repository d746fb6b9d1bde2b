using HotStuff.Cluster;
using static HotStuff.Operator.OperatorPalettes;

namespace HotStuff.Operator;

/// <summary><c>log</c>: the log of the node's process.</summary>
public sealed class LogPalette : ICommandPalette
{
    private static readonly CommandOption Past = new("-n", "--lines", "N", $"How many past lines come first, 0 to {ILogControl.MaxPast}; otherwise 10");

    /// <inheritdoc/>
    public string Name => "log";

    /// <inheritdoc/>
    public string Description => "The log of this node";

    /// <inheritdoc/>
    public IReadOnlyList<OperatorCommand> Commands { get; } =
    [
        new OperatorCommand { Name = "tail", Description = "Shows the latest lines, and each as it is logged", Options = [Past], Handler = At(Tail) },
        new OperatorCommand
        {
            Name = "level",
            Description = "Shows or changes the least severe lines that are logged",
            Operand = "LEVEL",
            Choices = ILogControl.Levels,
            Changes = true,
            Handler = At(Level),
        },
    ];

    private static LineStream Tail(OperatorContext context, CommandArguments arguments) => new(context.Log.TailAsync(arguments.Number(Past, 10, 0, ILogControl.MaxPast)));

    private static CommandResult Level(OperatorContext context, CommandArguments arguments)
    {
        if (arguments.Operand is not { } level)
            return CommandResult.Line(context.Log.Level);
        var before = context.Log.Level;
        context.Log.Level = level;
        foreach (var system in context.Member.Systems)
            AkkaLogs.SetLevel(system, level);
        return CommandResult.Line($"the log has {level} now; it had {before}");
    }
}
