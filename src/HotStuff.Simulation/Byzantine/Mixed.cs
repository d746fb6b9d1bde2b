using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>Several behaviours at a time, one after the other on the same effects; others with each view. Uses <see cref="Later"/>.</summary>
public sealed class Mixed(Notebook notes, Random random, ImmutableArray<IBehaviour> behaviours) : IBehaviour
{
    private const int MostAtATime = 3;

    private List<IBehaviour> _now = [];

    /// <inheritdoc/>
    public long Acts => behaviours.Sum(behaviour => behaviour.Acts);

    /// <inheritdoc/>
    public IEnumerable<Effect> Instead(ByzantineContext self, ReplicaEvent happened, ImmutableArray<Effect> effects)
    {
        notes.Note(happened, effects);
        if (effects.Any(effect => effect is Effect.EnteredView))
            _now = [.. behaviours.OrderBy(_ => random.Next()).Take(random.Next(MostAtATime + 1))];
        foreach (var behaviour in _now)
            effects = [.. behaviour.Instead(self, happened, effects)];
        return effects;
    }

    /// <inheritdoc/>
    public Block? Answer(BlockId id, Block? block)
    {
        foreach (var behaviour in _now)
            block = behaviour.Answer(id, block);
        return block;
    }
}
