using System.Collections.Immutable;

namespace HotStuff.Consensus;

/// <summary>
/// Who leads a view: a function of the certificate with which the view begins, so the same at every honest replica that begins it with the same one.
/// </summary>
public interface ILeaderElection
{
    /// <summary>The name in the genesis file and on the command line, for example <c>round-robin</c>.</summary>
    string Name { get; }

    /// <summary>The leader of the view after <paramref name="tip"/>'s, when it begins with the certificate of <paramref name="tip"/>.</summary>
    ReplicaId LeaderAfter(Block tip);

    /// <summary>
    /// The leader of <paramref name="view"/> when it begins with a timeout certificate. Those of the coming views are also who complaints are sent to.
    /// </summary>
    ReplicaId LeaderAfterTimeout(View view);

    /// <summary>The suspensions that a block of <paramref name="view"/> on <paramref name="parent"/> has to state, by replica.</summary>
    ImmutableArray<Suspension> SuspensionsAfter(Block parent, View view);
}

/// <summary>Everybody leads in turn: replica v mod n leads view v.</summary>
public sealed class RoundRobin(Committee committee) : ILeaderElection
{
    /// <inheritdoc/>
    public string Name => "round-robin";

    /// <summary>The leader of <paramref name="view"/>, however it begins.</summary>
    public ReplicaId LeaderOf(View view) => new((int)(view.Number % committee.Size));

    /// <inheritdoc/>
    public ReplicaId LeaderAfter(Block tip) => LeaderOf(tip.View.Next);

    /// <inheritdoc/>
    public ReplicaId LeaderAfterTimeout(View view) => LeaderOf(view);

    /// <inheritdoc/>
    public ImmutableArray<Suspension> SuspensionsAfter(Block parent, View view) => [];
}

/// <summary>The leader elections by name. A new one is one file and one line here.</summary>
public static class LeaderElections
{
    private static readonly Dictionary<string, Func<Committee, ILeaderElection>> ByName = new(StringComparer.Ordinal)
    {
        ["round-robin"] = committee => new RoundRobin(committee),
        ["reputation"] = committee => new Reputation(committee),
    };

    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The election of that name; null when there is none.</summary>
    public static ILeaderElection? Create(string name, Committee committee) => ByName.TryGetValue(name, out var create) ? create(committee) : null;
}
