using CsCheck;
using HotStuff.Client.Sessions;
using HotStuff.Client.Tests.Support;
using HotStuff.Client.Wire;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Client.Tests;

public sealed class CommandWindowTests
{
    private const int Capacity = 8;
    private const int Needed = 3;

    private static readonly ClientId Client = new(1);

    /// <summary>Against a model that keeps every replica's latest word and counts.</summary>
    [Fact]
    public void A_command_is_decided_by_the_first_result_that_f_plus_1_replicas_latest_votes_agree_on()
    {
        var vote = Gen.Select(Gen.Int[0, 6], Gen.Long[1, Capacity + 2], Gen.Byte[0, 2]);
        vote.Array[0, 80].Sample(votes =>
        {
            var window = new CommandWindow(Capacity, Needed);
            var sink = new Sink();
            Send(window, sink, Capacity);
            var words = new Dictionary<(long, int), byte>();
            var expected = new Dictionary<long, byte>();
            var deliveries = new Deliveries();

            foreach (var (replica, sequence, result) in votes)
            {
                window.Vote(new ReplicaId(replica), Results.Of(Client, sequence, CommandStatus.Executed, result), deliveries);
                words[(sequence, replica)] = result;
                if (words.Count(word => word.Key.Item1 == sequence && word.Value == result) >= Needed && sequence <= Capacity)
                    expected.TryAdd(sequence, result);
            }

            deliveries.Flush(new Lock());
            var decided = sink.Outcomes.ToDictionary(outcome => outcome.Sequence, outcome => outcome.Result.Span[0]);
            Assert.Equal(expected.OrderBy(pair => pair.Key), decided.OrderBy(pair => pair.Key));
            var oldest = 1;
            while (expected.ContainsKey(oldest))
                oldest++;
            Assert.Equal(oldest, window.Oldest);
            Assert.Equal(oldest - 1, window.Room);
        });
    }

    [Fact]
    public void A_result_for_a_command_that_was_not_sent_counts_for_nothing()
    {
        var window = new CommandWindow(Capacity, 1);
        var sink = new Sink();
        window.Add(sink, 0, 0);
        var deliveries = new Deliveries();

        window.Vote(new ReplicaId(0), Results.Of(Client, 1, CommandStatus.Executed), deliveries);
        window.Vote(new ReplicaId(0), Results.Of(Client, CommandSegment.MaxSequence, CommandStatus.Executed), deliveries);

        deliveries.Flush(new Lock());
        Assert.Empty(sink.Outcomes);
        Assert.Equal(1, window.Oldest);
    }

    [Fact]
    public void Slots_are_used_again_and_again()
    {
        var window = new CommandWindow(3, 1);
        var sink = new Sink();
        var deliveries = new Deliveries();
        for (var round = 0; round < 100; round++)
        {
            var segment = Send(window, sink, 3);
            Assert.Equal(0, window.Room);
            for (var i = 2; i >= 0; i--)
                window.Vote(new ReplicaId(0), Results.Of(Client, segment.FirstSequence + i, CommandStatus.Executed), deliveries);
            Assert.Equal(0, segment.Undecided);
        }

        deliveries.Flush(new Lock());
        Assert.Equal(Enumerable.Range(1, 300), sink.Outcomes.Select(outcome => (int)outcome.Sequence).Order());
    }

    private static PendingSegment Send(CommandWindow window, IResultSink sink, int count)
    {
        var first = window.Next;
        for (var i = 0; i < count; i++)
            window.Add(sink, tag: 0, index: i);
        var segment = new PendingSegment(first, count, new Submit(), 0);
        window.Attach(segment);
        return segment;
    }
}
