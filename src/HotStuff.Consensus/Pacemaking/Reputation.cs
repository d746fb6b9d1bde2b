using System.Collections.Immutable;

namespace HotStuff.Consensus;

/// <summary>A replica that does not lead for a while, because views that it should have led passed without a block. Part of each block's header.</summary>
/// <param name="Replica">Who.</param>
/// <param name="Until">The last view that it does not lead, unless that view begins with a timeout certificate.</param>
/// <param name="Failures">How often it failed since the last block of its own, 1 to <see cref="Reputation.MaxFailures"/>.</param>
public readonly record struct Suspension(ReplicaId Replica, View Until, byte Failures);

/// <summary>
/// Everybody leads in turn except those who lately did not get a block certified (the idea of Carousel, Cohen et al., arXiv 2110.00960, without needing to know
/// who signed a certificate, which a threshold signature hides).
/// </summary>
/// <remarks>
/// <para>
/// Each block states who is suspended, a function of its parent and its view that every voter checks, so a chain carries its own leaders: replicas agree on
/// them however they got the chain. A block that skips views suspends their leaders; a suspension lasts <see cref="BaseViews"/> views for each replica of the committee, and
/// <see cref="Growth"/> times as long with each further failure. When it is over the replica leads again, and a block of its own that is built upon clears it: a
/// replica that came back is soon like any other, and one that stays away costs a timeout ever more rarely.
/// </para>
/// <para>
/// At most f are suspended, those with the longest suspensions: a Byzantine leader that skips honest ones cannot put all of them aside. Views that begin with a
/// timeout certificate are led in plain turn, because replicas may know different highest blocks then; that keeps the liveness of round robin.
/// </para>
/// </remarks>
public sealed class Reputation(Committee committee) : ILeaderElection
{
    /// <summary>How many views a first suspension lasts, for each replica of the committee.</summary>
    public const int BaseViews = 32;

    /// <summary>How many times longer each further suspension lasts.</summary>
    public const int Growth = 4;

    /// <summary>Failures are counted up to here.</summary>
    public const int MaxFailures = 5;

    /// <inheritdoc/>
    public string Name => "reputation";

    /// <inheritdoc/>
    public ReplicaId LeaderAfter(Block tip)
    {
        var view = tip.View.Next;
        if (tip.Suspensions.IsEmpty)
            return LeaderAfterTimeout(view);
        var leading = committee.Members.Except(tip.Suspensions.Where(suspension => suspension.Until >= view).Select(suspension => suspension.Replica)).ToList();
        return leading[(int)(view.Number % leading.Count)];
    }

    /// <inheritdoc/>
    public ReplicaId LeaderAfterTimeout(View view) => new((int)(view.Number % committee.Size));

    /// <inheritdoc/>
    public ImmutableArray<Suspension> SuspensionsAfter(Block parent, View view)
    {
        var skipped = Math.Min(view.Number - parent.View.Number - 1, committee.Size);
        if (skipped == 0 && parent.Suspensions.IsEmpty)
            return [];

        var suspended = parent.Suspensions.Where(suspension => suspension.Replica != parent.Proposer).ToDictionary(suspension => suspension.Replica);
        for (var i = 1; i <= skipped; i++)
        {
            var missed = parent.View.Plus(i);
            var leader = i == 1 ? LeaderAfter(parent) : LeaderAfterTimeout(missed);
            var failures = (byte)Math.Min(suspended.GetValueOrDefault(leader).Failures + 1, MaxFailures);
            var views = Enumerable.Range(1, failures - 1).Aggregate((long)BaseViews * committee.Size, (views, _) => views * Growth);
            suspended[leader] = new Suspension(leader, view.Plus(views), failures);
        }

        return
        [
            .. suspended.Values.OrderByDescending(suspension => suspension.Until).ThenBy(suspension => suspension.Replica)
                .Take(committee.MaxFaulty).OrderBy(suspension => suspension.Replica),
        ];
    }
}
