using HotStuff.Consensus;
using HotStuff.StateMachine;
using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Simulation.Tests;

/// <summary>Each invariant of liveness and of what clients are told is shown something that breaks it, and says so by name.</summary>
public class LivenessTests
{
    private static readonly ClientId Client = new(1);

    private readonly SimulatedCluster _cluster = new(4);
    private readonly Liveness _liveness;

    public LivenessTests()
    {
        _liveness = new Liveness(_cluster);
        _cluster.Start();
    }

    [Fact]
    public void ViewSync_and_EventualCommit_hold_in_a_cluster_that_works()
    {
        _liveness.BecomesSynchronous();
        Give(1);
        _cluster.Run(2 * Second);

        Assert.True(_liveness.IsSynchronized);
        Assert.True(_liveness.HaveExecutedAll());
        _liveness.RequireRest();
    }

    [Fact]
    public void ViewSync()
    {
        CutOff(3);
        Give(1);
        _cluster.Run(2 * Second);
        _liveness.BecomesSynchronous();

        Broken("ViewSync", () => _cluster.Run(2 * Second));
    }

    [Fact]
    public void ViewSync_at_rest()
    {
        CutOff(3);
        Give(1);
        _cluster.Run(2 * Second);

        Broken("ViewSync", _liveness.RequireRest);
    }

    [Fact]
    public void EventualCommit()
    {
        _liveness.BecomesSynchronous();
        CutOff(3);
        _liveness.Given(Client, 1);

        Broken("EventualCommit", () =>
        {
            for (var i = 1; i <= 100; i++)
            {
                _cluster.Submit(new ReplicaId(0), Commands(client: 1, first: i));
                _cluster.Run(Second);
            }
        });
        Assert.Contains("r0:", _liveness.Unexecuted(), StringComparison.Ordinal);
    }

    [Fact]
    public void SameState()
    {
        Give(1);
        _cluster.Run(2 * Second);
        _liveness.RequireRest();
        var made = new Fabricated();
        var next = _cluster.Replicas[0].Committed[^1];
        _cluster.Replicas[0].State.Execute(made.Child(next, next.View.Number + 1, Commands(client: 1, first: 2)));

        Broken("SameState", _liveness.RequireRest);
    }

    [Fact]
    public void AcknowledgedIsKept()
    {
        Broken("AcknowledgedIsKept", () => new History((_, _) => false).Answered(Client, 1, Value(1), 0));
        Broken("AcknowledgedIsKept", () => new History((_, _) => true).Answered(Client, 1, default, 0));
    }

    [Fact]
    public void ExecutedOnce_as_clients_see_it()
    {
        var history = new History((_, _) => true);
        history.Answered(Client, 1, Value(1), history.Given());

        Broken("ExecutedOnce", () => history.Answered(new ClientId(2), 1, Value(1), history.Given()));
    }

    [Fact]
    public void Linearizable()
    {
        var history = new History((_, _) => true);
        var early = history.Given();
        history.Answered(Client, 1, Value(2), history.Given());
        var late = history.Given();
        history.Answered(new ClientId(2), 1, Value(1), early);

        Broken("Linearizable", () => history.Answered(new ClientId(3), 1, Value(0), late));
    }

    private static void Broken(string invariant, Action action) => Assert.Equal(invariant, Assert.Throws<InvariantBrokenException>(action).Invariant);

    private static byte[] Value(int value) => [(byte)KeyValueStatus.Value, (byte)('0' + value)];

    private void CutOff(int replica) => _cluster.Deliver = envelope => envelope.FromNode != replica && envelope.ToNode != replica;

    private void Give(long sequence)
    {
        _liveness.Given(Client, sequence);
        _cluster.Submit(new ReplicaId(0), Commands(client: 1, first: sequence));
    }
}
