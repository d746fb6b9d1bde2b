using System.Text.Json;
using Akka.Configuration;
using HotStuff.Cluster;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.StateMachine;

namespace HotStuff.Web.Tests;

/// <summary>A whole replica behind the server: one that is a chain of its own.</summary>
public sealed class RealNodeTests
{
    [Fact]
    public async Task A_command_over_HTTP_is_executed_and_everything_shows_it()
    {
        var (genesis, keys) = KeyGenerator.Generate("single", 1, PortPlan.From(23_500).Local, new ProtocolLimits());
        using var signer = keys[0].CreateSigner();
        var settings = NodeSettings.From(ConfigurationFactory.ParseString("hotstuff { log-level = off, durability = memory, ops.enabled = off, http.gateway = on }")
            .WithFallback(NodeConfiguration.Reference));
        await using var node = await ReplicaNode.StartAsync(settings, genesis, signer, new KeyValueStore(), []);
        await using var server = await WebServer.StartAsync(settings.Http, node);
        using var client = new HttpClient { BaseAddress = server.Address };

        using var put = await client.PutAsync("/kv/colour", new ByteArrayContent("green"u8.ToArray()));
        var value = await client.GetStringAsync("/kv/colour");
        var state = await client.GetFromJsonElementAsync("/api/v1/node");
        var blocks = await client.GetFromJsonElementAsync("/api/v1/blocks?n=1000");
        var metrics = await client.GetStringAsync("/metrics");

        Assert.Equal("1", Assert.Single(put.Headers.GetValues("X-HotStuff-Replies")));
        Assert.Equal("green", value);
        Assert.Equal(2, state.GetProperty("commands").GetInt64());
        Assert.True(state.GetProperty("ready").GetBoolean());
        Assert.Contains(blocks.EnumerateArray(), block => block.GetProperty("commands").GetInt32() == 1 && block.GetProperty("state").GetString() == "committed");
        Assert.Contains("hotstuff_commands_total{replica=\"r0\"} 2 ", metrics.Replace("} 2\n", "} 2 \n", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}

internal static class HttpClientExtensions
{
    public static async Task<JsonElement> GetFromJsonElementAsync(this HttpClient client, string path) => JsonElement.Parse(await client.GetStringAsync(path));
}
