using CsCheck;
using HotStuff.Consensus;
using HotStuff.Consensus.Tests;

namespace HotStuff.Simulation.Tests;

public class ReplayTests
{
    /// <summary>Everything that was said to replica 3 in a run with view changes; the simulated keys are the same in every cluster.</summary>
    private static readonly List<ConsensusMessage> Recorded = Record();

    [Fact]
    public void Valid_messages_replayed_in_any_order_with_any_timers_break_nothing() =>
        Gen.Select(Gen.Int[0, Recorded.Count - 1], Gen.Int[0, 30]).List[1, 400].Sample(
            replayed =>
            {
                var cluster = new SimulatedCluster(4);
                _ = new Invariants(cluster);
                var replica = cluster.Replicas[3];
                replica.Start();
                foreach (var (index, pause) in replayed)
                {
                    cluster.Send(Recorded[index].From, replica.Id, Recorded[index]);
                    if (pause == 30)
                    {
                        replica.Crash();
                        replica.Start();
                    }

                    cluster.Run(TimeSpan.FromMilliseconds(pause < 25 ? 0 : 100 * (pause - 24)));
                    replica.Advance(new ReplicaEvent.TimerFired(
                        new TimerKey((TimerKind)(index % 4), Epoch.Genesis, new View(replica.Status.View.Number + (pause % 3) - 1))));
                }

                cluster.Run(TimeSpan.FromSeconds(1));
            },
            iter: 200);

    private static List<ConsensusMessage> Record()
    {
        var cluster = new SimulatedCluster(4);
        var said = new List<ConsensusMessage>();
        cluster.Watch = envelope =>
        {
            if (envelope.To.Index == 3 && envelope.Message is ConsensusMessage message)
                said.Add(message);
        };
        var random = new Random(1);
        cluster.Deliver = _ => random.Next(5) > 0;
        cluster.Start();
        for (var i = 1; i <= 60; i++)
        {
            cluster.Submit(new ReplicaId(i % 4), Scenario.Commands(client: 1, first: i));
            cluster.Run(TimeSpan.FromMilliseconds(200));
        }

        return said;
    }
}
