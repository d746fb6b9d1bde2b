namespace HotStuff.Simulation.Tests;

public class ChaosTests
{
    [Theory]
    [InlineData("chained", "round-robin", 4, 200)]
    [InlineData("chained", "reputation", 4, 200)]
    [InlineData("chained", "reputation", 7, 60)]
    [InlineData("chained", "round-robin", 2, 20)]
    [InlineData("hotstuff2", "round-robin", 4, 200)]
    [InlineData("hotstuff2", "reputation", 7, 60)]
    [InlineData("basic", "round-robin", 4, 200)]
    [InlineData("basic", "reputation", 7, 60)]
    public void Whatever_the_network_loses_doubles_and_delays_and_whoever_crashes_it_is_safe_and_live_once_it_is_calm(
        string protocol, string leaders, int size, int seeds)
    {
        for (var seed = 1; seed <= seeds; seed++)
        {
            try
            {
                new Chaos(size, seed, protocol, leaders).Run();
            }
            catch (Exception broken)
            {
                throw new InvalidOperationException($"{protocol}, {leaders}, size {size}, seed {seed}: {broken.Message}", broken);
            }
        }
    }
}
