using Akka.Configuration;
using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>The genesis file chooses the variant; a node's own file may insist on one.</summary>
public sealed class ProtocolSettingTests
{
    [Fact]
    public void Any_variant_is_allowed_by_default_and_each_by_name()
    {
        Assert.Null(Read("").Protocol);
        Assert.All(ProtocolRules.Names, name => Assert.Equal(name, Read($"hotstuff.protocol = {name}").Protocol));
        Assert.Equal("hotstuff.protocol is 'paxos'; allowed: chained, hotstuff2, basic, any", Assert.Throws<SettingsException>(() => Read("hotstuff.protocol = paxos")).Message);
    }

    [Fact]
    public async Task A_node_that_insists_on_another_variant_than_the_genesis_file_names_does_not_start()
    {
        await using var nodes = new TestNodes(1);
        var refused = await Assert.ThrowsAsync<SettingsException>(() => nodes.StartAsync(0, "protocol = basic"));
        Assert.Equal("hotstuff.protocol is 'basic'; allowed on this chain: chained, any", refused.Message);

        await nodes.StartAsync(0, "protocol = chained");
    }

    private static NodeSettings Read(string settings) => NodeSettings.From(ConfigurationFactory.ParseString(settings).WithFallback(NodeConfiguration.Reference));
}
