using HotStuff.Host.Commands;
using HotStuff.Host.Local;
using HotStuff.Host.Measuring;

namespace HotStuff.Host.Tests;

/// <summary>What the options of <c>bench</c> come to.</summary>
public sealed class BenchOptionsTests
{
    [Theory]
    [InlineData("--outstanding makes a closed loop and --rate an open one; only one of them can be given (--max-outstanding bounds an open loop)", "--rate", "9", "--outstanding", "9")]
    [InlineData("--arrivals is for an open loop; it needs --rate", "--arrivals", "poisson")]
    [InlineData("--max-outstanding is for an open loop; it needs --rate", "--max-outstanding", "5")]
    [InlineData("--check is a closed loop in this process; it cannot be combined with --rate", "--check", "--rate", "5")]
    [InlineData("--check is a closed loop in this process; it cannot be combined with --client-processes", "--check", "--client-processes", "1")]
    [InlineData("--client-processes is '5'; allowed is no more than --clients, which is 4", "--client-processes", "5")]
    [InlineData("--crashed is '2'; 4 replicas bear 1", "--crashed", "2")]
    [InlineData("--kill-leader-at makes 2 of 4 replicas faulty; they bear 1", "--crashed", "1", "--kill-leader-at", "1")]
    [InlineData("--kill-leader-at kills a process; it cannot be combined with --in-process", "--in-process", "--kill-leader-at", "1")]
    [InlineData("--delay is only for a cluster that bench starts itself; it cannot be combined with --genesis", "--genesis", "x", "--delay", "1")]
    public void Options_that_do_not_go_together_are_refused_in_one_line(string line, params string[] arguments)
    {
        var refused = Assert.Throws<ProblemException>(() => Read(arguments));

        Assert.Equal((line, ExitCode.BadUsage), (refused.Message, refused.ExitCode));
    }

    [Fact]
    public void Without_a_rate_the_loop_is_closed()
    {
        var load = Read("--outstanding", "10", "--payload", "7").Load;

        Assert.Equal((null, 10, 4, 7), (load.Rate, load.Outstanding, load.Clients, load.Command.Length));
        Assert.Equal([3, 3, 2, 2], Enumerable.Range(0, 4).Select(load.ShareOf));
    }

    [Fact]
    public void With_a_rate_the_loop_is_open_and_the_window_of_a_client_has_room_for_all_that_may_be_under_way()
    {
        var spec = Read("--rate", "0.5", "--arrivals", "poisson", "--max-outstanding", "50000", "--clients", "2");

        Assert.Equal((0.5, null, Arrivals.Poisson, 50_000, 2), (spec.Load.Rate, spec.Load.Outstanding, spec.Load.Arrivals, spec.Load.MaxOutstanding, spec.Load.Clients));
        Assert.Equal(50_000, spec.Cluster.Limits.ClientWindow);
    }

    [Fact]
    public void A_delay_is_a_setting_of_all_nodes_and_what_waits_for_messages_waits_longer()
    {
        var settings = Read("--delay", "40").Cluster.NodeConfiguration();

        Assert.Contains("consensus.test-delay = 40 ms", settings, StringComparison.Ordinal);
        Assert.Contains("leader-delta = 80 ms", settings, StringComparison.Ordinal);
        Assert.DoesNotContain("test-delay", Read().Cluster.NodeConfiguration(), StringComparison.Ordinal);
    }

    [Fact]
    public void As_many_replicas_may_be_down_as_the_cluster_bears()
    {
        Assert.Equal(2, Read("--replicas", "7", "--crashed", "2").Crashed);
        Assert.Equal(TimeSpan.FromSeconds(1), Read("--replicas", "7", "--crashed", "1", "--kill-leader-at", "1").KillLeaderAt);
    }

    [Fact]
    public void More_replicas_may_take_longer_to_start()
    {
        Assert.True(Readiness.BoundFor(32) > Readiness.BoundFor(4) + TimeSpan.FromMinutes(2));
    }

    private static BenchSpec Read(params string[] arguments)
    {
        var bench = new BenchCommand();
        var parsed = bench.Parse(arguments);
        Assert.Empty(parsed.Errors);
        return bench.Read(parsed);
    }
}
