namespace HotStuff.Simulation.Tests;

public class ChaosTests
{
    [Theory]
    [InlineData(4, 300)]
    [InlineData(7, 80)]
    [InlineData(2, 20)]
    public void Whatever_the_network_loses_doubles_and_delays_and_whoever_crashes_it_is_safe_and_live_once_it_is_calm(int size, int seeds)
    {
        for (var seed = 1; seed <= seeds; seed++)
        {
            try
            {
                new Chaos(size, seed).Run();
            }
            catch (Exception broken)
            {
                throw new InvalidOperationException($"size {size}, seed {seed}: {broken.Message}", broken);
            }
        }
    }
}
