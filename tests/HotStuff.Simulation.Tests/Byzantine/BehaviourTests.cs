using HotStuff.Consensus;

namespace HotStuff.Simulation.Tests;

public class BehaviourTests
{
    private const int Seeds = 150;

    public static TheoryData<string, string, int> Cases()
    {
        var cases = new TheoryData<string, string, int>();
        foreach (var behaviour in Behaviours.Names)
        {
            foreach (var protocol in ProtocolRules.Names)
            {
                cases.Add(behaviour, protocol, 4);
                cases.Add(behaviour, protocol, 7);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void As_many_as_may_be_Byzantine_misbehave_and_break_nothing_and_stop_nobody(string behaviour, string protocol, int size)
    {
        var acts = 0L;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            try
            {
                acts += new ByzantineRun(behaviour, protocol, size, seed).Run();
            }
            catch (Exception broken)
            {
                throw new InvalidOperationException($"{behaviour}, {protocol}, size {size}, seed {seed}: {broken.Message}", broken);
            }
        }

        Assert.True(acts > 0, $"{behaviour} never misbehaved");
    }
}
