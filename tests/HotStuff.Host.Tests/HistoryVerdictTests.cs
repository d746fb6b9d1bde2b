using System.Globalization;
using System.Text;
using HotStuff.Host.Measuring;
using HotStuff.Simulation;
using HotStuff.StateMachine;

namespace HotStuff.Host.Tests;

public sealed class HistoryVerdictTests
{
    [Fact]
    public void A_history_of_one_server_is_linearizable_and_has_nothing_to_show()
    {
        var verdict = HistoryVerdict.Of([Increment(0, 10, 1), Increment(5, 15, 2)]);

        Assert.True(verdict.IsLinearizable);
        Assert.Empty(verdict.Lines());
        Assert.StartsWith("2 commands on 1 keys judged in ", verdict.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void The_offending_part_of_another_history_is_shown()
    {
        var client = Increment(0, 0, 1).Client;

        var verdict = HistoryVerdict.Of([Increment(0, 1000, 1), Increment(2000, 3000, 1), Increment(2500, 3500, 2)]);

        Assert.False(verdict.IsLinearizable);
        Assert.Equal(
        [
            "The history is not linearizable. The last commands before it went wrong:",
            $"         0.000 ..        1.000 ms  {client}  visits: increment by 1 -> Value 1",
            "then the value could be: 1; under way were:",
            $"         2.500 ..        3.500 ms  {client}  visits: increment by 1 -> Value 2",
            "and no order of these explains:",
            $"         2.000 ..        3.000 ms  {client}  visits: increment by 1 -> Value 1",
        ], verdict.Lines());
    }

    private static HistoryOperation Increment(long from, long to, long sum) =>
        new(
            default,
            from,
            to,
            KeyValueCommand.Increment("visits"u8, 1),
            (byte[])[(byte)KeyValueStatus.Value, .. Encoding.ASCII.GetBytes(sum.ToString(CultureInfo.InvariantCulture))]);
}
