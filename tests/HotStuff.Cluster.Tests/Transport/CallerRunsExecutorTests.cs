using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace HotStuff.Cluster.Tests;

public sealed class CallerRunsExecutorTests : TestKit
{
    private readonly List<string> _done = [];
    private int _here;

    public CallerRunsExecutorTests()
        : base("""
            caller {
              type = Dispatcher
              executor = "HotStuff.Cluster.CallerRunsExecutor, HotStuff.Cluster"
            }
            """)
    {
    }

    [Fact]
    public async Task A_turn_is_over_when_the_caller_goes_on_and_what_it_told_others_came_after_it()
    {
        var last = await StartAsync("last", (_, _) => { });
        var middle = await StartAsync("middle", (_, message) => last.Tell(message));
        var first = await StartAsync("first", (self, message) =>
        {
            middle.Tell(message);
            last.Tell(message);
            if (message is 1)
                self.Tell(2);
        });
        _here = Environment.CurrentManagedThreadId;
        first.Tell(1);
        Assert.Equal(["first 1", "first 2", "middle 1", "middle 2", "last 1", "last 2", "last 1", "last 2"], _done);
    }

    [Fact]
    public async Task Each_actor_has_one_turn_at_a_time_however_many_threads_tell_it_something()
    {
        var count = 0;
        var done = new TaskCompletionSource();
        Action counting = () =>
        {
            if (++count == 40_000)
                done.SetResult();
        };
        var actor = Sys.ActorOf(Props.Create(() => new Counter(counting)).WithDispatcher("caller"));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
                actor.Tell(i);
        })));
        await done.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(40_000, count);
    }

    private async Task<IActorRef> StartAsync(string name, Action<IActorRef, object> next)
    {
        Action<object> done = message => _done.Add(Environment.CurrentManagedThreadId == _here ? $"{name} {message}" : "on another thread");
        var actor = Sys.ActorOf(Props.Create(() => new Recorder(done, next)).WithDispatcher("caller"), name);
        // Akka starts actors on a thread of its own.
        await actor.Ask<ActorIdentity>(new Identify(name), TimeSpan.FromSeconds(20));
        return actor;
    }

    private sealed class Recorder(Action<object> done, Action<IActorRef, object> next) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            next(Self, message);
            done(message);
        }
    }

    private sealed class Counter(Action count) : UntypedActor
    {
        protected override void OnReceive(object message) => count();
    }
}
