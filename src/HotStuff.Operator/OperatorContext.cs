using HotStuff.Cluster;

namespace HotStuff.Operator;

/// <summary>What commands may see and do.</summary>
/// <param name="Member">The process, in which there may be a replica.</param>
/// <param name="Log">The process's log.</param>
/// <param name="Kill">Ends the process at once, without any chance to put anything right.</param>
public sealed record OperatorContext(IOpsMember Member, ILogControl Log, Action Kill)
{
    /// <summary>What the process is, for people: the replica's name, or <c>seed</c>.</summary>
    public string Name => Member is IOperatedNode node ? node.Self.ToString() : "seed";

    /// <summary>The name of the replica's chain; null where there is no replica.</summary>
    public string? Chain => (Member as IOperatedNode)?.Genesis.Chain;

    /// <summary>The node.</summary>
    /// <exception cref="CommandProblemException">There is no replica in the process.</exception>
    public IOperatedNode Node => Member as IOperatedNode ?? throw new CommandProblemException("there is no replica in this process");
}

/// <summary>The log of a node's process. Safe to use from any thread.</summary>
public interface ILogControl
{
    /// <summary>The most past lines that <see cref="TailAsync"/> answers.</summary>
    const int MaxPast = 1000;

    /// <summary>The least severe lines that are logged, one of <see cref="Levels"/>.</summary>
    string Level { get; set; }

    /// <summary>What the level can be, the most talkative first.</summary>
    static IReadOnlyList<string> Levels { get; } = ["debug", "info", "warning", "error", "off"];

    /// <summary>The latest lines, and each as it is logged.</summary>
    /// <param name="past">How many of the latest, 0 to <see cref="MaxPast"/>.</param>
    /// <param name="cancellation">Ends it.</param>
    IAsyncEnumerable<string> TailAsync(int past, CancellationToken cancellation = default);

    /// <summary>Notes that an operator did something.</summary>
    void Note(string line);
}
