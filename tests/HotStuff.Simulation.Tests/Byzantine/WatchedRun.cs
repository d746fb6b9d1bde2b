using HotStuff.Consensus;

namespace HotStuff.Simulation.Tests;

/// <summary>A run with what its Byzantine replica says and what the honest ones notice of it.</summary>
internal sealed class WatchedRun
{
    private readonly ByzantineRun _run;
    private readonly TimeSpan[] _entered;

    public WatchedRun(ByzantineRun run, Action<WatchedRun> watch)
    {
        _run = run;
        _entered = new TimeSpan[run.Cluster.Replicas.Count];
        run.Cluster.Watch += envelope =>
        {
            if (envelope.Message is not ConsensusMessage message)
                return;
            if (IsByzantine(envelope.From))
                Says(run.Cluster.Replicas[envelope.FromNode], message);
            else
                HonestSay(message);
        };
        run.Cluster.Observe += (replica, happened, effects) =>
        {
            if (replica.Behaviour is null && happened is ReplicaEvent.ProposalReceived { Proposal.Value.From: var from } && IsByzantine(from))
                Hears(run.Cluster.Now - _entered[replica.Node], replica, happened);
            if (effects.Any(effect => effect is Effect.EnteredView))
                _entered[replica.Node] = run.Cluster.Now;
        };
        watch(this);
    }

    /// <summary>The Byzantine replica sends something to one other.</summary>
    public Action<SimulatedReplica, ConsensusMessage> Says { get; set; } = (_, _) => { };

    /// <summary>An honest replica sends something to one other.</summary>
    public Action<ConsensusMessage> HonestSay { get; set; } = _ => { };

    /// <summary>An honest replica takes a proposal of the Byzantine one, so long after it entered its view.</summary>
    public Action<TimeSpan, SimulatedReplica, ReplicaEvent> Hears { get; set; } = (_, _, _) => { };

    /// <summary>At the end: how often an honest replica refused something.</summary>
    public Action<Refusal, int> Refused { get; set; } = (_, _) => { };

    /// <summary>The run has ended.</summary>
    public Action Ended { get; set; } = () => { };

    /// <summary>What an honest replica has committed.</summary>
    public IReadOnlyList<Block> HonestChain => Honest.First().Committed;

    /// <summary>How many views an honest replica saw time out.</summary>
    public long Timeouts => Honest.First().Status.Timeouts;

    private IEnumerable<SimulatedReplica> Honest => _run.Cluster.Replicas.Where(replica => replica.Behaviour is null);

    public bool IsByzantine(ReplicaId replica) => _run.Cluster.Replicas[replica.Index].Behaviour is not null;

    /// <summary>Runs it, and answers how often the Byzantine replica acted.</summary>
    public long Run()
    {
        var acts = _run.Run();
        foreach (var (reason, count) in Honest.SelectMany(replica => replica.Refusals))
            Refused(reason, count);
        Ended();
        return acts;
    }
}
