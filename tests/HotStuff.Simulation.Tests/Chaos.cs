using HotStuff.Consensus;
using HotStuff.Consensus.Tests;

namespace HotStuff.Simulation.Tests;

/// <summary>
/// A cluster in a bad time followed by a good one, all of it decided by a seed: messages are lost, doubled and late, links are cut, replicas crash and
/// return; then the network is synchronous and at most f replicas stay dead. Clients send again what was not executed.
/// </summary>
internal sealed class Chaos
{
    private const int Clients = 3;
    private const int SegmentsOfClient = 8;

    private readonly Random _random;
    private readonly Invariants _invariants;
    private readonly double _loss;
    private readonly double _doubled;
    private readonly double _crashes;
    private readonly List<CommandSegment> _sent = [];
    private bool[,] _cut;

    public Chaos(int size, int seed, string protocol = "chained", string leaders = "round-robin")
    {
        _random = new Random(seed);
        _loss = _random.NextDouble() * 0.3;
        _doubled = _random.NextDouble() * 0.2;
        _crashes = _random.NextDouble() * 0.3;
        _cut = new bool[size, size];
        Cluster = new SimulatedCluster(size, new ReplicaOptions
        {
            Pacemaker = new PacemakerSettings
            {
                BaseTimeout = TimeSpan.FromMilliseconds(60),
                MaxTimeout = TimeSpan.FromMilliseconds(1_000),
                ComplaintRetry = TimeSpan.FromMilliseconds(40),
                FetchDelay = TimeSpan.FromMilliseconds(10),
                Delta = TimeSpan.FromMilliseconds(10),
            },
        }, protocol: protocol, leaders: committee => LeaderElections.Create(leaders, committee)!);
        _invariants = new Invariants(Cluster);
    }

    public SimulatedCluster Cluster { get; }

    private IEnumerable<SimulatedReplica> Up => Cluster.Replicas.Where(replica => replica.IsUp);

    public void Run()
    {
        Cluster.Deliver = Delivers;
        Cluster.Latency = _ => TimeSpan.FromMilliseconds(_random.NextDouble() < 0.1 ? _random.Next(100) : 1 + _random.Next(5));
        Cluster.Start();
        for (var round = 1; round <= Clients * SegmentsOfClient; round++)
        {
            Disturb();
            _sent.Add(Scenario.Commands(client: 1 + (round % Clients), first: 1 + (5 * (round / Clients)), count: 5));
            Send(_sent[^1]);
            Send(_sent[_random.Next(_sent.Count)]);
            Cluster.Run(TimeSpan.FromMilliseconds(_random.Next(120)));
        }

        Cluster.AssertSafe();
        Calm();
        Assert.True(
            Cluster.RunUntil(() => Up.All(replica => replica.HasExecuted(5 * _sent.Count)), TimeSpan.FromSeconds(60)),
            $"executed: {string.Join(' ', Up.Select(replica => replica.State.CommandsExecuted))} of {5 * _sent.Count}");
        // Blocks of repeated commands may still be on their way.
        Cluster.Run(TimeSpan.FromSeconds(30));
        Cluster.AssertSafe();
        Cluster.AssertSameState();
        _invariants.CheckExecuted();
    }

    private bool Delivers(Envelope envelope)
    {
        if (_cut[envelope.From.Index, envelope.To.Index] || _random.NextDouble() < _loss)
            return false;
        if (_random.NextDouble() < _doubled && envelope.Message is ConsensusMessage)
            Cluster.Send(envelope.From, envelope.To, envelope.Message);
        return true;
    }

    private void Disturb()
    {
        foreach (var replica in Cluster.Replicas)
        {
            if (replica.IsUp ? _random.NextDouble() < _crashes / 2 : _random.NextDouble() < 0.5)
                Toggle(replica);
        }

        if (_random.NextDouble() < 0.2)
        {
            for (var from = 0; from < Cluster.Replicas.Count; from++)
            {
                for (var to = 0; to < Cluster.Replicas.Count; to++)
                    _cut[from, to] = _random.NextDouble() < 0.2;
            }
        }
    }

    private void Calm()
    {
        _cut = new bool[Cluster.Replicas.Count, Cluster.Replicas.Count];
        Cluster.Deliver = _ => true;
        Cluster.Latency = _ => TimeSpan.FromMilliseconds(1);
        var dead = Cluster.Replicas.OrderBy(_ => _random.Next()).Take(_random.Next(Cluster.Keys.Committee.MaxFaulty + 1)).ToHashSet();
        foreach (var replica in Cluster.Replicas.Where(replica => replica.IsUp == dead.Contains(replica)))
            Toggle(replica);
        // Twice, since a client that got no answer asks another gateway.
        _sent.ForEach(Send);
        _sent.ForEach(Send);
    }

    private void Send(CommandSegment segment)
    {
        if (Up.ToList() is { Count: > 0 } up)
            Cluster.Submit(up[_random.Next(up.Count)].Id, segment);
    }

    private static void Toggle(SimulatedReplica replica)
    {
        if (replica.IsUp)
            replica.Crash();
        else
            replica.Start();
    }
}
