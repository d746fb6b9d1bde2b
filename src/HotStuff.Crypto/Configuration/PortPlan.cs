namespace HotStuff.Crypto;

/// <summary>The TCP ports of one replica, each 1 to 65535.</summary>
/// <param name="Ops">The cluster of operators' tools (Akka.Cluster).</param>
/// <param name="Consensus">Consensus between replicas (Akka.Remote).</param>
/// <param name="Client">Client sessions.</param>
/// <param name="Http">Status page, metrics and health.</param>
/// <param name="Command">Operator commands (<c>hotstuff pbm</c>).</param>
public readonly record struct ReplicaPorts(int Ops, int Consensus, int Client, int Http, int Command);

/// <summary>
/// Which ports the replicas of a cluster on one host have. By default replica i has ops 4053+i, consensus 5053+i, clients 6053+i, HTTP 8080+i and
/// operator commands 9110+i. With a base port P all are moved together, a hundred for each use: ops P+i, consensus P+100+i, clients P+200+i,
/// HTTP P+300+i, operator commands P+400+i; so P takes the ports P to P+499.
/// </summary>
public sealed record PortPlan
{
    /// <summary>Ports that a plan with a base port sets aside for each use, hence the most replicas that it serves.</summary>
    public const int Stride = 100;

    /// <summary>The highest base port.</summary>
    public const int MaxBasePort = 65535 - (5 * Stride) + 1;

    private readonly ReplicaPorts _first;
    private readonly int _replicas;

    private PortPlan(ReplicaPorts first, int replicas)
    {
        _first = first;
        _replicas = replicas;
    }

    /// <summary>The ports that everybody knows.</summary>
    public static PortPlan Default { get; } = new(new ReplicaPorts(4053, 5053, 6053, 8080, 9110), Consensus.Committee.MaxSize);

    /// <summary>All ports moved to <paramref name="basePort"/>, 1 to <see cref="MaxBasePort"/>, and above.</summary>
    /// <exception cref="ConfigurationProblemException">The base port is out of range.</exception>
    public static PortPlan From(int basePort)
    {
        if (basePort is < 1 or > MaxBasePort)
            throw new ConfigurationProblemException($"the base port is {basePort}; allowed: 1 to {MaxBasePort}");
        return new PortPlan(
            new ReplicaPorts(basePort, basePort + Stride, basePort + (2 * Stride), basePort + (3 * Stride), basePort + (4 * Stride)), Stride);
    }

    /// <summary>The ports of replica <paramref name="index"/>.</summary>
    /// <exception cref="ConfigurationProblemException">The plan has no ports for so many replicas.</exception>
    public ReplicaPorts Of(int index)
    {
        if (index < 0 || index >= _replicas)
            throw new ConfigurationProblemException($"the port plan is asked for replica {index}; allowed: 0 to {_replicas - 1}");
        return new ReplicaPorts(_first.Ops + index, _first.Consensus + index, _first.Client + index, _first.Http + index, _first.Command + index);
    }

    /// <summary>The address of replica <paramref name="index"/> on this machine.</summary>
    /// <exception cref="ConfigurationProblemException">The plan has no ports for so many replicas.</exception>
    public ReplicaAddress Local(int index) => new("127.0.0.1", Of(index));
}
