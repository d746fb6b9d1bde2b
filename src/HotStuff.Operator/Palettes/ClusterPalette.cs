using System.Globalization;
using System.Runtime.CompilerServices;
using HotStuff.Cluster;
using static HotStuff.Operator.OperatorPalettes;

namespace HotStuff.Operator;

/// <summary><c>cluster</c>: the operators' cluster. Whatever is done to it, consensus goes on.</summary>
public sealed class ClusterPalette : ICommandPalette
{
    private static readonly CommandOption Downed = new("-a", "--address", "ADDRESS", "Which member: host:port, or as 'cluster show' has it", IsRequired: true);
    private static readonly CommandOption Target = new("-a", "--address", "ADDRESS", "Which member: host:port, or as 'cluster show' has it; otherwise this node");

    /// <inheritdoc/>
    public string Name => "cluster";

    /// <inheritdoc/>
    public string Description => "The operators' cluster, on which consensus does not depend";

    /// <inheritdoc/>
    public IReadOnlyList<OperatorCommand> Commands { get; } =
    [
        new OperatorCommand { Name = "show", Description = "Lists the members", Handler = At((context, _) => Show(context)) },
        new OperatorCommand { Name = "status", Description = "Shows this node's place among the members", Handler = At((context, _) => Status(context)) },
        new OperatorCommand { Name = "leave", Description = "Lets a member leave cleanly", Options = [Target], Changes = true, Handler = Leave },
        new OperatorCommand
        {
            Name = "down",
            Description = "Removes a member that does not leave by itself",
            Options = [Downed],
            Changes = true,
            Handler = At(Down),
        },
        new OperatorCommand { Name = "down-unreachable", Description = "Removes all members that are unreachable", Changes = true, Handler = At((context, _) => DownUnreachable(context)) },
        new OperatorCommand { Name = "join", Description = "Makes this node a member again", Changes = true, Handler = At((context, _) => Join(context)) },
        new OperatorCommand { Name = "tail", Description = "Shows the members, and what changes among them as it happens", Handler = At((context, _) => new LineStream(ChangesAsync(Membership(context)))) },
    ];

    private static OpsSystem Membership(OperatorContext context) => context.Member.Ops is { } ops
        ? ops
        : throw new CommandProblemException("this node is in no operators' cluster; 'cluster join' brings it back");

    private static CommandResult Show(OperatorContext context)
    {
        var members = Membership(context).Members;
        return CommandResult.Rows(
            members.Select(member => new MemberRow(member.Address, member.Roles, member.Status, member.IsReachable ? "reachable" : "unreachable", member.Version)),
            $"Count: {members.Count} {(members.Count == 1 ? "node" : "nodes")}");
    }

    private static CommandResult Status(OperatorContext context)
    {
        var ops = Membership(context);
        var members = ops.Members;
        return CommandResult.Fields(new ClusterStatus(
            ops.Address,
            members.FirstOrDefault(member => member.IsAt(ops.Address))?.Status ?? "joining",
            ops.Leader,
            members.Count,
            members.Count(member => !member.IsReachable)));
    }

    private static async Task<CommandAnswer> Leave(OperatorContext context, CommandArguments arguments, CancellationToken cancellation)
    {
        var ops = Membership(context);
        if (arguments.Text(Target) is { } address && Find(ops, address) is var member && !member.IsAt(ops.Address))
        {
            ops.Leave(member);
            return CommandResult.Line($"{member.Address} was asked to leave; consensus goes on");
        }

        await ops.LeaveAsync().WaitAsync(cancellation);
        return CommandResult.Line($"{ops.Address} has left; consensus goes on, and 'cluster join' brings it back");
    }

    private static CommandResult Down(OperatorContext context, CommandArguments arguments)
    {
        var ops = Membership(context);
        var member = Find(ops, arguments.Text(Downed) ?? "");
        ops.Down(member);
        return CommandResult.Line($"{member.Address} is being removed; consensus goes on");
    }

    private static CommandResult DownUnreachable(OperatorContext context)
    {
        var ops = Membership(context);
        var unreachable = ops.Members.Where(member => !member.IsReachable).ToArray();
        foreach (var member in unreachable)
            ops.Down(member);
        return unreachable.Length == 0
            ? CommandResult.Line("no member is unreachable")
            : CommandResult.Lines(unreachable.Select(member => $"{member.Address} is being removed; consensus goes on"));
    }

    private static CommandResult Join(OperatorContext context) => context.Member.JoinOps()
        ? CommandResult.Line("joining the operators' cluster; 'cluster show' tells when")
        : throw new CommandProblemException("this node is in the operators' cluster already, or hotstuff.ops.enabled is off");

    private static async IAsyncEnumerable<string> ChangesAsync(OpsSystem ops, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var member in ops.Members)
            yield return member.ToString();
        await foreach (var change in ops.Changes.WatchAsync(0, cancellation))
            yield return string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {change}");
        yield return "the membership of this node is over";
    }

    private static OpsMember Find(OpsSystem ops, string address) => ops.Members.FirstOrDefault(member => member.IsAt(address))
        ?? throw CommandProblemException.Usage($"{Target.Name} is '{address}', which is no member; allowed are {string.Join(", ", ops.Members.Select(member => member.Address))}");

    private sealed record MemberRow(string Address, IReadOnlyList<string> Roles, string Status, string Reachability, string Version);

    private sealed record ClusterStatus(string Address, string Status, string? Leader, int Members, int Unreachable);
}
