using HotStuff.Client;
using HotStuff.Crypto;
using Spectre.Console;

namespace HotStuff.Host.Rendering;

/// <summary>One row for each replica.</summary>
internal static class StatusTable
{
    private static readonly string[] Columns = ["replica", "clients", "view", "leader", "height", "locked view", "lag", "peers", "pending", "timeouts", "version"];

    public static Table Of(Genesis genesis, IReadOnlyList<NodeStatus?> answers)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in Columns)
            table.AddColumn(new TableColumn(column) { NoWrap = true });

        var highest = answers.Max(answer => answer?.Committed.Number) ?? 0;
        foreach (var validator in genesis.Validators)
        {
            var address = Markup.Escape($"{validator.Address.Host}:{validator.Address.Ports.Client}");
            if (answers[validator.Replica.Index] is { } status)
            {
                table.AddRow(
                    validator.Replica.ToString(),
                    address,
                    $"{status.View.Number}",
                    status.Leader == validator.Replica ? $"[bold green]{status.Leader}[/]" : $"{status.Leader}",
                    $"{status.Executed.Number}",
                    $"{status.LockedView.Number}",
                    $"{highest - status.Committed.Number}",
                    $"{status.PeersProven}",
                    $"{status.PendingCommands}",
                    $"{status.Timeouts}",
                    Markup.Escape(status.Version));
            }
            else
            {
                table.AddRow(validator.Replica.ToString(), address, "[red]unreachable[/]");
            }
        }

        return table;
    }
}
