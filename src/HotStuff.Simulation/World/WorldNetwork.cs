using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>The network of a world: until GST what its faults say, from then on synchronous.</summary>
internal sealed class WorldNetwork
{
    private readonly SimulatedCluster _cluster;
    private readonly WorldPlan _plan;
    private readonly WorldCounters _counters;
    private readonly Dice _dice;
    private readonly List<(Fault.Loss Fault, Dice Dice)> _losses = [];
    private readonly List<(Fault.Duplication Fault, Dice Dice)> _duplications = [];
    private readonly List<(Fault.Reordering Fault, Dice Dice)> _reorderings = [];
    private readonly List<Fault.Partition> _partitions = [];
    private readonly List<Fault.Filter> _filters = [];

    public WorldNetwork(SimulatedCluster cluster, WorldPlan plan, WorldCounters counters)
    {
        _cluster = cluster;
        _plan = plan;
        _counters = counters;
        _dice = new Dice(plan.Seed ^ 0x6E6574);
        foreach (var fault in plan.Faults)
        {
            switch (fault)
            {
                case Fault.Loss loss:
                    _losses.Add((loss, new Dice(loss.Chance)));
                    break;
                case Fault.Duplication duplication:
                    _duplications.Add((duplication, new Dice(duplication.Chance)));
                    break;
                case Fault.Reordering reordering:
                    _reorderings.Add((reordering, new Dice(reordering.Chance)));
                    break;
                case Fault.Partition partition:
                    _partitions.Add(partition);
                    break;
                case Fault.Filter filter:
                    _filters.Add(filter);
                    break;
                default:
                    break;
            }
        }

        cluster.Deliver = Delivers;
        cluster.Duplicate = _ => Duplicates();
        cluster.Latency = _ => Latency();
        cluster.Connects = Connects;
    }

    private bool IsSynchronous => _cluster.Now >= _plan.Gst;

    /// <summary>Which kind of message this is.</summary>
    public static MessageKind KindOf(object message) => message switch
    {
        Proposal => MessageKind.Proposal,
        Vote => MessageKind.Vote,
        Complaint => MessageKind.Complaint,
        NextView => MessageKind.NextView,
        Effect.FetchBlocks => MessageKind.Fetch,
        Inquiry => MessageKind.Inquiry,
        Recollection => MessageKind.Recollection,
        _ => MessageKind.Commands,
    };

    /// <summary>Whether a message of no replica, a client's, is lost.</summary>
    public bool Loses()
    {
        if (IsSynchronous)
            return false;
        foreach (var (fault, dice) in _losses)
        {
            if (IsOn(fault) && dice.Chance(fault.PerMille))
                return true;
        }

        return false;
    }

    /// <summary>How long a message takes that leaves now.</summary>
    public TimeSpan Latency()
    {
        if (IsSynchronous)
            return _plan.Spec.Faults.Contains(FaultKinds.Reordering) ? _dice.Between(_plan.Delay, 2 * _plan.Delay) : _plan.Delay;
        var latency = _plan.Delay;
        foreach (var (fault, dice) in _reorderings)
        {
            if (IsOn(fault))
                latency += fault.HeavyTail ? HeavyTail(fault.Most, dice) : dice.Between(TimeSpan.Zero, fault.Most);
        }

        // What is under way at GST arrives within the bound.
        var latest = _plan.Gst + (2 * _plan.Delay) - _cluster.Now;
        return latency < latest ? latency : latest;
    }

    private bool Delivers(Envelope envelope)
    {
        if (IsSynchronous)
            return true;
        var kind = KindOf(envelope.Message);
        foreach (var partition in _partitions)
        {
            if (IsOn(partition) && partition.Cuts(envelope.FromNode, envelope.ToNode))
            {
                _counters.CutOff++;
                return false;
            }
        }

        foreach (var filter in _filters)
        {
            if (IsOn(filter) && filter.Cuts(envelope.FromNode, envelope.ToNode, kind))
            {
                _counters.Filtered++;
                return false;
            }
        }

        if (Loses())
        {
            _counters.Lost++;
            return false;
        }

        return true;
    }

    private bool Duplicates()
    {
        if (IsSynchronous)
            return false;
        foreach (var (fault, dice) in _duplications)
        {
            if (IsOn(fault) && dice.Chance(fault.PerMille))
            {
                _counters.Duplicated++;
                return true;
            }
        }

        return false;
    }

    private bool Connects(int one, int other)
    {
        foreach (var partition in _partitions)
        {
            if (IsOn(partition) && partition.IsOnSide(one) != partition.IsOnSide(other))
                return false;
        }

        return true;
    }

    private bool IsOn(Fault fault) => _cluster.Now >= fault.From && _cluster.Now < fault.Until;

    /// <summary>A 64th in half of all cases, twice that in a quarter, and so on up to all of it: Pareto's distribution without powers.</summary>
    private static TimeSpan HeavyTail(TimeSpan most, Dice dice)
    {
        var scale = most / 64;
        for (var doublings = 0; doublings < 6 && dice.Chance(500); doublings++)
            scale *= 2;
        return dice.Between(TimeSpan.Zero, scale);
    }
}
