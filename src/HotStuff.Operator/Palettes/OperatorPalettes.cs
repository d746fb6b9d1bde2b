namespace HotStuff.Operator;

/// <summary>The palettes of a node.</summary>
public static class OperatorPalettes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ICommandPalette> All { get; } = [new ActorPalette(), new ClusterPalette(), new HotStuffPalette(), new LogPalette()];

    /// <summary>The catalog of all of them.</summary>
    public static CommandCatalog Catalog { get; } = new(All);

    /// <summary>The catalog of a process without a replica.</summary>
    public static CommandCatalog WithoutReplica { get; } = new([new ActorPalette(), new ClusterPalette(), new LogPalette()]);

    /// <summary>A command whose answer is there at once.</summary>
    internal static CommandHandler At(Func<OperatorContext, CommandArguments, CommandAnswer> handler) => (context, arguments, _) => Task.FromResult(handler(context, arguments));
}
