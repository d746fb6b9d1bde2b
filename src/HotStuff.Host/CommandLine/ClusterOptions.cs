using System.CommandLine;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Host.Local;

namespace HotStuff.Host.CommandLine;

/// <summary>The options of commands that make a new cluster.</summary>
/// <param name="snapshotBlocks">After how many blocks a snapshot is taken, if the option does not say; null: the usual number.</param>
internal sealed class ClusterOptions(int? snapshotBlocks = null)
{
    private static readonly ProtocolLimits DefaultLimits = new();

    public Option<int> Replicas { get; } = NewOption.Integer("--replicas", "How many replicas", 4, 1, PortPlan.Stride);

    public Option<string> Signatures { get; } =
        NewOption.Choice("--signatures", "How quorums sign", "ed25519", [.. SignatureSuites.Names]);

    public Option<string> Protocol { get; } =
        NewOption.Choice("--protocol", "Protocol variant", "chained", [.. ProtocolRules.Names]);

    public Option<string> Leaders { get; } =
        NewOption.Choice("--leaders", "How leaders are chosen", "reputation", [.. LeaderElections.Names]);

    public Option<int> Batch { get; } =
        NewOption.Integer("--batch", "The most commands in a block", DefaultLimits.MaxBlockCommands, 1, 1_000_000);

    public Option<int> SnapshotBlocks { get; } = NewOption.Integer(
        "--snapshot-blocks", "After how many blocks a snapshot is taken", snapshotBlocks ?? DefaultLimits.SnapshotBlocks, 16, 1_000_000_000);

    public Option<int?> BasePort { get; } =
        NewOption.OptionalInteger("--base-port", "Moves all ports: the first of 500", 1024, PortPlan.MaxBasePort);

    public Option<string> Durability { get; } = NewOption.Choice("--durability", "What writes survive", "fsync", "fsync", "os", "memory");

    public Option<int?> Timeout { get; } = NewOption.OptionalInteger("--timeout", "How long a view may last, in milliseconds", 1, 600_000);

    public IReadOnlyList<Option> All => [Replicas, Signatures, Protocol, Leaders, Batch, SnapshotBlocks, Durability, Timeout, BasePort];

    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Options.Add(option);
    }

    public ClusterSpec Read(ParseResult arguments) => new()
    {
        Replicas = arguments.GetValue(Replicas),
        Signatures = arguments.GetRequiredValue(Signatures),
        Protocol = arguments.GetRequiredValue(Protocol),
        Leaders = arguments.GetRequiredValue(Leaders),
        Limits = DefaultLimits with { MaxBlockCommands = arguments.GetValue(Batch), SnapshotBlocks = arguments.GetValue(SnapshotBlocks) },
        BasePort = arguments.GetValue(BasePort),
        Durability = arguments.GetRequiredValue(Durability),
        TimeoutMs = arguments.GetValue(Timeout),
    };
}
