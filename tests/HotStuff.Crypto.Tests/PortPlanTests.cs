namespace HotStuff.Crypto.Tests;

public sealed class PortPlanTests
{
    [Fact]
    public void The_default_ports_count_up_by_replica()
    {
        Assert.Equal(new ReplicaPorts(4053, 5053, 6053, 8080, 9110), PortPlan.Default.Of(0));
        Assert.Equal(new ReplicaPorts(4056, 5056, 6056, 8083, 9113), PortPlan.Default.Of(3));
    }

    [Fact]
    public void A_base_port_moves_all_of_them()
    {
        Assert.Equal(new ReplicaPorts(20_002, 20_102, 20_202, 20_302, 20_402), PortPlan.From(20_000).Of(2));
        Assert.Equal(65_535, PortPlan.From(PortPlan.MaxBasePort).Of(PortPlan.Stride - 1).Command);
    }

    [Fact]
    public void No_port_of_a_plan_is_used_twice()
    {
        foreach (var (plan, replicas) in new[] { (PortPlan.Default, 256), (PortPlan.From(1000), PortPlan.Stride) })
        {
            var ports = Enumerable.Range(0, replicas).Select(plan.Of).SelectMany(p => new[] { p.Ops, p.Consensus, p.Client, p.Http, p.Command });
            Assert.Equal(5 * replicas, ports.Distinct().Count());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(PortPlan.MaxBasePort + 1)]
    public void A_base_port_out_of_range_is_one_line(int basePort)
    {
        var problem = Assert.Throws<ConfigurationProblemException>(() => PortPlan.From(basePort));

        Assert.Equal($"the base port is {basePort}; allowed: 1 to 65036", problem.Message);
    }

    [Fact]
    public void A_plan_has_no_ports_for_more_replicas_than_it_was_made_for()
    {
        Assert.Throws<ConfigurationProblemException>(() => PortPlan.From(20_000).Of(PortPlan.Stride));
        Assert.Throws<ConfigurationProblemException>(() => PortPlan.Default.Of(-1));
    }
}
