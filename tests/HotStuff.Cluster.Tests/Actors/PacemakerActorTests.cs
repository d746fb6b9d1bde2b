using Akka.Actor;
using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>The timers of one replica in virtual time.</summary>
public sealed class PacemakerActorTests : ActorTests
{
    private readonly IActorRef _actor;

    public PacemakerActorTests() => _actor = ActorOfAsTestActorRef<PacemakerActor>(PacemakerActor.Props());

    [Fact]
    public void A_timer_fires_once_when_its_time_has_come_and_carries_its_view()
    {
        var timer = Start(TimerKind.View, view: 5, after: 100);
        Clock.Advance(Ms(99));
        ExpectNoMsg(TimeSpan.Zero);
        Clock.Advance(Ms(1));
        Assert.Equal(timer, ExpectMsg<ReplicaEvent.TimerFired>().Timer);
        Clock.Advance(Ms(1000));
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_timer_that_is_started_again_forgets_its_first_time_and_view()
    {
        Start(TimerKind.View, view: 5, after: 100);
        Clock.Advance(Ms(60));
        var again = Start(TimerKind.View, view: 6, after: 100);
        Clock.Advance(Ms(99));
        ExpectNoMsg(TimeSpan.Zero);
        Clock.Advance(Ms(1));
        Assert.Equal(again, ExpectMsg<ReplicaEvent.TimerFired>().Timer);
        Clock.Advance(Ms(1000));
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_stopped_timer_does_not_fire_and_the_others_run_on()
    {
        Start(TimerKind.View, view: 5, after: 100);
        var fetch = Start(TimerKind.Fetch, view: 4, after: 100);
        _actor.Tell(new Effect.StopTimer(TimerKind.View));
        _actor.Tell(new Effect.StopTimer(TimerKind.PassOn));
        Clock.Advance(Ms(100));
        Assert.Equal(fetch, ExpectMsg<ReplicaEvent.TimerFired>().Timer);
        ExpectNoMsg(TimeSpan.Zero);
    }

    private TimerKey Start(TimerKind kind, long view, double after)
    {
        var timer = new TimerKey(kind, Epoch.Genesis, new View(view));
        _actor.Tell(new Effect.StartTimer(timer, Ms(after)), TestActor);
        return timer;
    }
}
