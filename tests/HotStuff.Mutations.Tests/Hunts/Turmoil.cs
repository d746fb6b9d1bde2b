using HotStuff.Simulation;

namespace HotStuff.Mutations.Tests;

/// <summary>
/// A bad time followed by a good one, decided by a seed: messages are lost, doubled and late, replicas crash between effects, lose what
/// was not flushed, and return, one of them is Byzantine; then the network is synchronous, and what clients asked for must be executed. Beside the simulator's invariants those of <see cref="Authenticity"/>.
/// </summary>
internal static class Turmoil
{
    private const int Seeds = 40;
    private const int Rounds = 20;

    public static IReadOnlyDictionary<string, Action> Hunts { get; } = (
        from protocol in new[] { "chained", "hotstuff2", "basic" }
        from behaviour in new[] { "forge", "mixed" }
        select (Name: $"turmoil {protocol} {behaviour}", Hunt: (Action)(() => Hunt(protocol, behaviour))))
        .ToDictionary(hunt => hunt.Name, hunt => hunt.Hunt, StringComparer.Ordinal);

    private static void Hunt(string protocol, string behaviour)
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            try
            {
                Run(protocol, behaviour, seed);
            }
            catch (InvariantBrokenException broken)
            {
                throw new InvariantBrokenException($"{broken.Message} (seed {seed})", broken);
            }
        }
    }

    private static void Run(string protocol, string behaviour, int seed)
    {
        var random = new Random(seed);
        var arena = new Arena(protocol);
        var cluster = arena.Cluster;
        var calm = false;
        cluster.Replicas[random.Next(4)].Behaviour = Behaviours.Create(behaviour, seed);
        var (loss, crashes) = (random.NextDouble() * 0.2, random.NextDouble() * 0.2);
        var cut = -1;
        cluster.Deliver = envelope => calm || (envelope.FromNode != cut && envelope.ToNode != cut && random.NextDouble() >= loss);
        cluster.Crashed += replica => replica.Disk.Lose(random.Next(replica.Disk.Unflushed + 1));
        cluster.Duplicate = _ => !calm && random.Next(10) == 0;
        cluster.Latency = _ => Arena.Ms(calm || random.Next(10) > 0 ? 1 + random.NextDouble() : random.Next(100));
        cluster.Start();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var replica in cluster.Replicas.Where(replica => replica.Behaviour is null))
            {
                if (!replica.IsUp)
                    replica.Start();
                else if (random.NextDouble() < crashes)
                    replica.CrashAfter(random.Next(20));
            }

            cut = random.Next(8);
            arena.Submit(random.Next(4));
            arena.Run(Arena.Ms(random.Next(120)));
        }

        calm = true;
        foreach (var replica in cluster.Replicas)
        {
            replica.StayUp();
            if (!replica.IsUp)
                replica.Start();
        }

        arena.SubmitAgain();
        arena.RequireCommit(30 * Arena.Second);
        arena.Invariants.CheckExecuted();
    }
}
