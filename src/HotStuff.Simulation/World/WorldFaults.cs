using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>What goes wrong in a world beside its network: crashes, clocks, Byzantine replicas, and links that break.</summary>
internal sealed class WorldFaults
{
    private readonly World _world;
    private readonly Dice _dice;
    private readonly bool[] _losesWrites;
    private readonly bool[] _isDead;
    private readonly TimeSpan[] _return;
    private bool _crashesNow;

    public WorldFaults(World world, Dice dice)
    {
        _world = world;
        _dice = dice;
        _losesWrites = new bool[world.Cluster.Replicas.Count];
        _isDead = new bool[world.Cluster.Replicas.Count];
        _return = new TimeSpan[world.Cluster.Replicas.Count];
        world.Cluster.Crashed += OnCrashed;
    }

    private SimulatedCluster Cluster => _world.Cluster;

    /// <summary>Lets everything go wrong in its time.</summary>
    public void Prepare()
    {
        foreach (var fault in _world.Plan.Faults)
        {
            switch (fault)
            {
                case Fault.Clock clock:
                    Cluster.Replicas[clock.Replica].Clock = clock.PerSecond;
                    break;
                case Fault.Byzantine byzantine:
                    Cluster.Replicas[byzantine.Replica].Behaviour = Behaviours.Create(byzantine.Behaviour, (int)(byzantine.Chance >> 33));
                    break;
                case Fault.Crash crash:
                    Cluster.Schedule(crash.From, () => Begin(crash));
                    break;
                case Fault.Blackout blackout:
                    Cluster.Schedule(blackout.From, () => Begin(blackout));
                    break;
                case Fault.Restore restore:
                    Cluster.Schedule(restore.From, () => Begin(restore));
                    break;
                case Fault.Partition { Proves: true } partition:
                    Cluster.Schedule(partition.Until, () => Prove(partition));
                    break;
                default:
                    break;
            }

            if (fault.From < fault.Until)
                Cluster.Schedule(fault.From, () => _world.Tracer?.Note(fault.ToString()));
        }
    }

    /// <summary>GST: who is to be dead is dead, all others run.</summary>
    public void End()
    {
        foreach (var fault in _world.Plan.Faults)
        {
            if (fault is Fault.Crash { Stays: true } crash)
                CrashNow(crash.Replica);
        }

        for (var replica = 0; replica < _isDead.Length; replica++)
        {
            Cluster.Replicas[replica].StayUp();
            End(replica);
        }
    }

    private void Begin(Fault.Crash crash)
    {
        _losesWrites[crash.Replica] = crash.LosesWrites;
        _return[crash.Replica] = crash.Until - crash.From;
        _isDead[crash.Replica] |= crash.Stays;
        if (crash.Effects == 0)
            CrashNow(crash.Replica);
        else
            Cluster.Replicas[crash.Replica].CrashAfter(crash.Effects, crash.LosesWrites);
    }

    private void End(int replica)
    {
        if (_isDead[replica] || Cluster.Replicas[replica].IsUp)
            return;
        _world.Tracer?.Started(replica);
        Cluster.Replicas[replica].Start();
    }

    private void Begin(Fault.Blackout blackout)
    {
        var dice = new Dice(blackout.Chance);
        _world.Tracer?.Note(blackout.ToString());
        for (var replica = 0; replica < _isDead.Length; replica++)
        {
            _losesWrites[replica] = blackout.LosesWrites;
            _return[replica] = dice.Between(TimeSpan.Zero, blackout.Return);
            CrashNow(replica);
        }
    }

    private void Begin(Fault.Restore restore)
    {
        var replica = Cluster.Replicas[restore.Replica];
        var copy = restore.Empty ? new SimulatedDisk(Cluster.Keys.Committee.Chain) : replica.Disk.Copy();
        Cluster.Schedule(restore.Until - restore.From, () =>
        {
            _return[restore.Replica] = _world.Plan.Delay * 2;
            CrashNow(restore.Replica);
            replica.Replace(copy);
            _world.Invariants.Excuse(replica);
            _world.Counters.Restored++;
        });
    }

    private void CrashNow(int replica)
    {
        _crashesNow = true;
        Cluster.Replicas[replica].Crash();
        _crashesNow = false;
    }

    private void OnCrashed(SimulatedReplica replica)
    {
        _world.Counters.Crashes++;
        if (!_crashesNow)
            _world.Counters.CrashesBetweenEffects++;
        var anyUp = false;
        foreach (var other in Cluster.Replicas)
            anyUp |= other.IsUp;
        if (!anyUp)
            _world.Counters.AllDown++;
        var lost = _losesWrites[replica.Node] ? _dice.Between(Math.Min(1, replica.Disk.Unflushed), replica.Disk.Unflushed) : 0;
        replica.Disk.Lose(lost);
        _world.Counters.LostWrites += lost;
        _world.Tracer?.Crashed(replica.Node, lost);
        Cluster.Schedule(_return[replica.Node], () => End(replica.Node));
    }

    private void Prove(Fault.Partition partition)
    {
        foreach (var one in Cluster.Replicas)
        {
            foreach (var other in Cluster.Replicas)
            {
                if (partition.IsOnSide(one.Node) != partition.IsOnSide(other.Node) && other.IsUp)
                    one.Advance(new ReplicaEvent.PeerProven(other.Id));
            }
        }
    }
}
