using System.Collections.Immutable;

namespace HotStuff.Host.Chaos.Network;

/// <summary>What a network does to packets.</summary>
/// <param name="Side">Ports that do not reach the <paramref name="Others"/>, nor these them. A port that is on neither side reaches all.</param>
/// <param name="Others">The other side.</param>
/// <param name="Delay">How long each packet takes.</param>
/// <param name="Loss">The share of packets that never arrive, 0 to 1.</param>
internal sealed record NetworkConditions(ImmutableHashSet<int> Side, ImmutableHashSet<int> Others, TimeSpan Delay, double Loss)
{
    /// <summary>All packets arrive at once.</summary>
    public static NetworkConditions Fine { get; } = new([], [], TimeSpan.Zero, 0);

    /// <summary>Nothing but that some ports and the others among <paramref name="ports"/> do not reach each other.</summary>
    public static NetworkConditions Cut(IEnumerable<int> side, IEnumerable<int> ports)
    {
        ImmutableHashSet<int> one = [.. side];
        return Fine with { Side = one, Others = [.. ports.Where(port => !one.Contains(port))] };
    }

    /// <summary>Whether packets between two ports may arrive.</summary>
    public bool Reaches(int from, int to) => !(Side.Contains(from) && Others.Contains(to)) && !(Others.Contains(from) && Side.Contains(to));
}
