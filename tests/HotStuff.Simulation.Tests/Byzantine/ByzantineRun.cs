using HotStuff.Consensus;
using HotStuff.Consensus.Tests;

namespace HotStuff.Simulation.Tests;

/// <summary>
/// A cluster with f Byzantine replicas: messages are lost before the network gets well, and clients send what was not executed to another honest replica. All
/// of it is decided by a seed.
/// </summary>
internal sealed class ByzantineRun
{
    private const int Segments = 12;

    private readonly Random _random;
    private readonly Invariants _invariants;
    private readonly List<SimulatedReplica> _byzantine;
    private readonly List<SimulatedReplica> _honest;

    public ByzantineRun(string behaviour, string protocol, int size, int seed)
    {
        _random = new Random(seed);
        var leaders = _random.Next(2) == 0 ? "round-robin" : "reputation";
        Cluster = new SimulatedCluster(
            size,
            new ReplicaOptions
            {
                Pacemaker = new PacemakerSettings
                {
                    BaseTimeout = TimeSpan.FromMilliseconds(60),
                    MaxTimeout = TimeSpan.FromMilliseconds(1_000),
                    ComplaintRetry = TimeSpan.FromMilliseconds(40),
                    FetchDelay = TimeSpan.FromMilliseconds(10),
                    Delta = TimeSpan.FromMilliseconds(10),
                },
            },
            protocol: protocol,
            leaders: committee => LeaderElections.Create(leaders, committee)!);
        _invariants = new Invariants(Cluster);
        _byzantine = [.. Cluster.Replicas.OrderBy(_ => _random.Next()).Take(Cluster.Keys.Committee.MaxFaulty)];
        _honest = [.. Cluster.Replicas.Except(_byzantine)];
        foreach (var replica in _byzantine)
            replica.Behaviour = Behaviours.Create(behaviour, _random.Next());
    }

    public SimulatedCluster Cluster { get; }

    /// <summary>Runs, and answers how often the Byzantine replicas did something else than the protocol says.</summary>
    public long Run()
    {
        var loss = _random.NextDouble() * 0.3;
        Cluster.Deliver = _ => _random.NextDouble() >= loss;
        Cluster.Latency = _ => TimeSpan.FromMilliseconds(_random.NextDouble() < 0.1 ? _random.Next(80) : 1 + _random.Next(5));
        Cluster.Start();
        for (var i = 1; i <= Segments; i++)
        {
            Submit(i);
            Submit(1 + _random.Next(i));
            Cluster.Run(TimeSpan.FromMilliseconds(_random.Next(200)));
        }

        Cluster.Deliver = _ => true;
        Cluster.Latency = _ => TimeSpan.FromMilliseconds(1 + _random.Next(3));
        Assert.True(
            Cluster.RunUntil(HonestHaveExecutedAll, TimeSpan.FromMinutes(2)),
            $"executed: {string.Join(' ', _honest.Select(Executed))} of {Segments}");
        _invariants.CheckExecuted();
        Cluster.AssertSafe();
        return _byzantine.Sum(replica => replica.Behaviour!.Acts);
    }

    private static int Executed(SimulatedReplica replica) =>
        replica.CommittedSegments().Where(segment => segment.Client.Value == 1).Select(segment => segment.FirstSequence).Distinct().Count();

    private bool HonestHaveExecutedAll() => _honest.All(replica => Executed(replica) == Segments);

    private void Submit(int number) =>
        Cluster.Submit(_honest[_random.Next(_honest.Count)].Id, Scenario.Commands(client: 1, first: number));
}
