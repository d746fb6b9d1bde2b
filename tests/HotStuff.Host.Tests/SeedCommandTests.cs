using System.Collections;
using HotStuff.Host.Commands;

namespace HotStuff.Host.Tests;

/// <summary>What containers of Akka.NET's Lighthouse set.</summary>
public sealed class SeedCommandTests
{
    [Fact]
    public void The_variables_of_Lighthouse_are_understood_and_ours_go_before_them()
    {
        var translated = SeedCommand.Translate(new Hashtable
        {
            ["CLUSTER_IP"] = "seed-1",
            ["CLUSTER_PORT"] = "4055",
            ["CLUSTER_SEEDS"] = "[akka.tcp://ops@seed-1:4053, \"akka.tcp://ops@seed-2:4053\",seed-3:4053]",
            ["HOTSTUFF__OPS__PORT"] = "4056",
        });

        Assert.Equal("seed-1", translated["HOTSTUFF__OPS__HOST"]);
        Assert.Equal("4056", translated["HOTSTUFF__OPS__PORT"]);
        Assert.Equal("seed-1:4053,seed-2:4053,seed-3:4053", translated["HOTSTUFF__OPS__SEEDS"]);
    }
}
