using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>The leaders of the first views from a table, then everybody in turn.</summary>
/// <param name="committee">The validators.</param>
/// <param name="table">The leaders from view 1 on.</param>
public sealed class ScheduledLeaders(Committee committee, ImmutableArray<ReplicaId> table) : ILeaderElection
{
    /// <inheritdoc/>
    public string Name => "scheduled";

    /// <inheritdoc/>
    public ReplicaId LeaderAfter(Block tip) => LeaderAfterTimeout(tip.View.Next);

    /// <inheritdoc/>
    public ReplicaId LeaderAfterTimeout(View view) =>
        view.Number >= 1 && view.Number <= table.Length ? table[(int)view.Number - 1] : new ReplicaId((int)(view.Number % committee.Size));

    /// <inheritdoc/>
    public ImmutableArray<Suspension> SuspensionsAfter(Block parent, View view) => [];
}
