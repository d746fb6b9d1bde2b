using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>
/// Checks what must happen once the network is synchronous and not more than f replicas are down or Byzantine: ViewSync, the honest replicas meet in a view; EventualCommit, all
/// of them execute what was given; SameState, what they then hold is the same.
/// </summary>
public sealed class Liveness
{
    /// <summary>How long after GST all honest replicas that run must have been within one view.</summary>
    public static readonly TimeSpan SyncWithin = TimeSpan.FromSeconds(1);

    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<ClientId, (long UpTo, long Since)> _given = [];
    private readonly List<ClientId> _clients = [];
    private TimeSpan? _gst;

    /// <summary>Watches <paramref name="cluster"/> from now on.</summary>
    public Liveness(SimulatedCluster cluster)
    {
        _cluster = cluster;
        cluster.Doing += Watch;
        cluster.Executed += (_, _, _) => HasChanged = true;
    }

    /// <summary>The highest view that an honest replica has entered.</summary>
    public long HighestView { get; private set; }

    /// <summary>Whether all honest replicas that run have been within one view since GST.</summary>
    public bool IsSynchronized { get; private set; }

    /// <summary>Whether something was executed, or the views have met, since this was last set to false.</summary>
    public bool HasChanged { get; set; }

    /// <summary>How long after GST the views met.</summary>
    public TimeSpan SynchronizedAfter { get; private set; }

    /// <summary>How many views it took at most to execute a command everywhere.</summary>
    public long MostViewsToExecute { get; private set; }

    /// <summary>Within how many views after GST, or after it was given, all honest replicas must have executed a command: some rounds of leaders.</summary>
    public static long ExecuteWithin(int replicas) => 40 + (10L * replicas);

    /// <summary>A client gives a command.</summary>
    public void Given(ClientId client, long sequence)
    {
        if (!_given.ContainsKey(client))
            _clients.Add(client);
        _given[client] = (sequence, HighestView);
    }

    /// <summary>From now on the network is synchronous.</summary>
    public void BecomesSynchronous()
    {
        _gst = _cluster.Now;
        foreach (var client in _clients)
            _given[client] = _given[client] with { Since = HighestView };
        _cluster.Schedule(SyncWithin, RequireSynchronized);
        CheckSynchronized();
    }

    /// <summary>Whether all honest replicas that run have executed all that was given.</summary>
    public bool HaveExecutedAll()
    {
        foreach (var client in _clients)
        {
            if (!HaveExecuted(client, _given[client].UpTo))
                return false;
        }

        return true;
    }

    /// <summary>Nothing goes on any more: views and states are the same.</summary>
    /// <exception cref="InvariantBrokenException">They are not.</exception>
    public void RequireRest()
    {
        // Each Byzantine leader of the last views may have left somebody out, who learns of them with the next command.
        if (ViewsApart() > 1 + _cluster.Replicas.Count(replica => replica.Behaviour is not null))
            throw new InvariantBrokenException("ViewSync", $"at rest replicas are in {Views()}");
        if (Honest().Select(replica => replica.State.Digest()).Distinct().Count() > 1)
            throw new InvariantBrokenException("SameState", "replicas that executed the same commands differ");
    }

    /// <summary>Who has not executed what.</summary>
    public string Unexecuted() => string.Join(
        "; ",
        _clients.Where(client => !HaveExecuted(client, _given[client].UpTo)).Select(client =>
            $"client {client.Value} has given {_given[client].UpTo} commands, executed are up to "
            + string.Join(' ', Honest().Select(replica => $"{replica.Id}:{replica.State.HighestExecuted(client)}"))));

    private bool HaveExecuted(ClientId client, long upTo)
    {
        foreach (var replica in _cluster.Replicas)
        {
            if (replica is { IsUp: true, Behaviour: null } && replica.State.HighestExecuted(client) < upTo)
                return false;
        }

        return true;
    }

    private void Watch(SimulatedReplica replica, Effect effect)
    {
        if (effect is not Effect.EnteredView entered || replica.Behaviour is not null)
            return;
        HighestView = Math.Max(HighestView, entered.View.Number);
        if (_gst is null)
            return;
        if (!IsSynchronized)
            _cluster.Schedule(TimeSpan.Zero, CheckSynchronized);
        foreach (var client in _clients)
        {
            var (upTo, since) = _given[client];
            if (HaveExecuted(client, upTo))
                continue;
            MostViewsToExecute = Math.Max(MostViewsToExecute, HighestView - since);
            if (HighestView > since + ExecuteWithin(_cluster.Keys.Committee.Size))
                throw new InvariantBrokenException("EventualCommit", $"{HighestView - since} views after GST or later {Unexecuted()}");
        }
    }

    private void CheckSynchronized()
    {
        if (IsSynchronized || ViewsApart() > 1 || _gst is not { } gst)
            return;
        IsSynchronized = true;
        HasChanged = true;
        SynchronizedAfter = _cluster.Now - gst;
    }

    private void RequireSynchronized()
    {
        if (!IsSynchronized)
            throw new InvariantBrokenException("ViewSync", $"{SyncWithin.TotalSeconds} s after GST replicas are in {Views()}");
    }

    private long ViewsApart()
    {
        var (low, high) = (long.MaxValue, 0L);
        foreach (var replica in _cluster.Replicas)
        {
            if (replica is not { IsUp: true, Behaviour: null })
                continue;
            low = Math.Min(low, replica.View.Number);
            high = Math.Max(high, replica.View.Number);
        }

        return high - low;
    }

    private string Views() => string.Join(' ', Honest().Select(replica => $"{replica.Id}:{replica.View}"));

    private IEnumerable<SimulatedReplica> Honest() => _cluster.Replicas.Where(replica => replica is { IsUp: true, Behaviour: null });
}
