using HotStuff.StateMachine;

namespace HotStuff.Cluster.Tests;

public sealed class MixedTransportsTests
{
    [Fact]
    public async Task Replicas_of_both_transports_agree()
    {
        await using var nodes = new TestNodes(4);
        for (var i = 0; i < 4; i++)
            await nodes.StartAsync(i, $"transport = {(i % 2 == 0 ? "sockets" : "dotnetty")}");
        await using (var client = await nodes.ConnectAsync())
        {
            for (var i = 1; i <= 20; i++)
                await client.SubmitAsync(KeyValueCommand.Increment("x"u8.ToArray(), 1));
        }

        await TestNodes.EventuallyAsync(async () =>
        {
            var states = await nodes.StatusAsync();
            return states.All(state => state is { CommandsExecuted: 20, PeersProven: 3 }) && states.Select(state => state!.StateDigest).Distinct().Count() == 1;
        });
    }
}
