namespace HotStuff.Consensus;

/// <summary>Who leads a view. The same answer at every honest replica.</summary>
public interface ILeaderElection
{
    /// <summary>The name in the genesis file and on the command line, for example <c>round-robin</c>.</summary>
    string Name { get; }

    /// <summary>The leader of <paramref name="view"/>.</summary>
    ReplicaId LeaderOf(View view);
}

/// <summary>Everybody leads in turn: replica v mod n leads view v.</summary>
public sealed class RoundRobin(Committee committee) : ILeaderElection
{
    /// <inheritdoc/>
    public string Name => "round-robin";

    /// <inheritdoc/>
    public ReplicaId LeaderOf(View view) => new((int)(view.Number % committee.Size));
}

/// <summary>The leader elections by name.</summary>
public static class LeaderElections
{
    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => ["round-robin"];

    /// <summary>The election of that name; null when there is none.</summary>
    public static ILeaderElection? Create(string name, Committee committee) => name == "round-robin" ? new RoundRobin(committee) : null;
}
