using Akka.Actor;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// The protocol's timers. Takes <see cref="Effect.StartTimer"/> and <see cref="Effect.StopTimer"/>, answers with <see cref="ReplicaEvent.TimerFired"/>; a tick carries
/// epoch and view, so that the protocol ignores one that comes late.
/// </summary>
public sealed class PacemakerActor : UntypedActor, IWithTimers
{
    /// <summary>Props of the actor.</summary>
    public static Props Props() => Akka.Actor.Props.Create(() => new PacemakerActor());

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Effect.StartTimer start:
                Timers.StartSingleTimer(start.Timer.Kind, new Tick(Sender, start.Timer), start.After);
                break;
            case Effect.StopTimer stop:
                Timers.Cancel(stop.Kind);
                break;
            case Tick tick:
                tick.Owner.Tell(new ReplicaEvent.TimerFired(tick.Timer));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private sealed record Tick(IActorRef Owner, TimerKey Timer);
}
