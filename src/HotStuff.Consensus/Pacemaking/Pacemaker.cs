namespace HotStuff.Consensus;

/// <summary>
/// Which view the replica is in, for how long, and whom it complains to. A view is entered only with a certificate of the view before.
/// </summary>
public sealed class Pacemaker(Committee committee, ILeaderElection leaders, PacemakerSettings settings)
{
    private ViewTimeout _timeout = new(settings.BaseTimeout, settings.MaxTimeout);
    private int _collectors;
    private bool _timedOutSinceCommit;

    /// <summary>The current view; <see cref="View.Genesis"/> before the start.</summary>
    public View View { get; private set; } = View.Genesis;

    /// <summary>How long the current view may last.</summary>
    public TimeSpan Timeout => _timeout.Duration;

    /// <summary>Whether the replica has given up the current view.</summary>
    public bool Complaining => _collectors > 0;

    /// <summary>How many views ended in a timeout certificate since the start.</summary>
    public long Timeouts { get; private set; }

    /// <summary>Enters the view after a certificate's, if it is a later one.</summary>
    /// <returns>Whether the view changed.</returns>
    public bool Enter(View view, EntryReason reason)
    {
        if (view <= View)
            return false;
        if (reason == EntryReason.TimeoutCertificate)
        {
            // One timeout between two commits is a dead leader's turn; only a second one says that views are too short.
            if (_timedOutSinceCommit)
                _timeout = _timeout.AfterTimeout();
            _timedOutSinceCommit = true;
            Timeouts++;
        }

        View = view;
        _collectors = 0;
        return true;
    }

    /// <summary>Blocks were committed: views may be shorter again.</summary>
    public void Committed(int blocks)
    {
        _timedOutSinceCommit = false;
        _timeout = _timeout.AfterCommit(blocks);
    }

    /// <summary>
    /// Whom <paramref name="self"/> sends its complaint about the current view to: first the next leader, then with each retry one of the coming leaders more
    /// (Cogsworth's relays: linear in the expected case, live in the worst).
    /// </summary>
    /// <remarks>
    /// With f+1 others one of them is honest, and when all are in the same view that is enough. Replicas whose views differ, because messages were lost, complain to
    /// different relays; in the end everybody hears everybody, and who is behind is answered.
    /// </remarks>
    public IReadOnlyList<ReplicaId> NextCollectors(ReplicaId self)
    {
        _collectors = Math.Min(_collectors + 1, committee.Size);
        return
        [
            .. Enumerable.Range(1, committee.Size).Select(offset => leaders.LeaderAfterTimeout(View.Plus(offset)))
                .Where(leader => leader != self).Distinct().Take(_collectors),
        ];
    }
}
