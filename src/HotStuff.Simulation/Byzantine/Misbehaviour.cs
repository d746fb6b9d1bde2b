using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>
/// A behaviour that replaces single effects of the honest core, or adds some of its own. Signs with its own keys alone.
/// </summary>
public abstract class Misbehaviour(Notebook notes, Random random) : IBehaviour
{
    /// <inheritdoc/>
    public long Acts { get; private set; }

    /// <summary>What it heard so far.</summary>
    protected Notebook Notes => notes;

    /// <summary>What it decides by.</summary>
    protected Random Random => random;

    /// <inheritdoc/>
    public IEnumerable<Effect> Instead(ByzantineContext self, ReplicaEvent happened, ImmutableArray<Effect> effects)
    {
        notes.Note(happened, effects);
        return [.. effects.SelectMany(effect => InsteadOf(self, effect)), .. Besides(self, happened)];
    }

    /// <inheritdoc/>
    public virtual Block? Answer(BlockId id, Block? block) => block;

    /// <summary>What is done instead of one effect.</summary>
    protected virtual IEnumerable<Effect> InsteadOf(ByzantineContext self, Effect effect) => [effect];

    /// <summary>What is done besides, after something happened.</summary>
    protected virtual IEnumerable<Effect> Besides(ByzantineContext self, ReplicaEvent happened) => [];

    /// <summary>Counts an act.</summary>
    protected void Act() => Acts++;

    /// <summary>The message that an effect sends or broadcasts; null when it does neither.</summary>
    protected static ConsensusMessage? MessageOf(Effect effect) => effect switch
    {
        Effect.Send send => send.Message,
        Effect.Broadcast broadcast => broadcast.Message,
        _ => null,
    };

    /// <summary>The same effect with another message.</summary>
    protected static Effect With(Effect effect, ConsensusMessage message) =>
        effect is Effect.Send send ? new Effect.Send(send.To, message) : new Effect.Broadcast(message);
}
