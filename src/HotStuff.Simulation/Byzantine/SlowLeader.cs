using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>Proposes just before the others lose patience. Uses <see cref="Later"/>.</summary>
public sealed class SlowLeader(Notebook notes, Random random) : Misbehaviour(notes, random)
{
    private const double ShareOfTimeout = 0.9;

    private TimeSpan? _timeout;

    /// <inheritdoc/>
    protected override IEnumerable<Effect> InsteadOf(ByzantineContext self, Effect effect)
    {
        if (effect is Effect.StartTimer { Timer.Kind: TimerKind.View } view)
            _timeout = view.After;
        if (MessageOf(effect) is not Proposal)
            return [effect];
        Act();
        return [new Later((_timeout ?? self.Options.Pacemaker.BaseTimeout) * ShareOfTimeout, effect)];
    }
}
