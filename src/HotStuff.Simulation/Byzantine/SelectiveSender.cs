using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>Sends to a part of the others only, and to another part after a while.</summary>
public sealed class SelectiveSender(Notebook notes, Random random) : Misbehaviour(notes, random)
{
    private HashSet<ReplicaId>? _part;

    /// <inheritdoc/>
    protected override IEnumerable<Effect> InsteadOf(ByzantineContext self, Effect effect)
    {
        if (_part is null || (effect is Effect.EnteredView && Random.Next(8) == 0))
            _part = [.. self.Others().Where(_ => Random.Next(2) == 0)];
        switch (effect)
        {
            case Effect.Broadcast broadcast:
                Act();
                return [.. _part.Select(replica => new Effect.Send(replica, broadcast.Message))];
            case Effect.Send send when !_part.Contains(send.To):
                Act();
                return [];
            case Effect.PassOn passOn when !_part.Contains(passOn.To):
                Act();
                return [];
            default:
                return [effect];
        }
    }
}
