using HotStuff.Client;
using HotStuff.Host.Measuring;

namespace HotStuff.Host.Tests.Measuring;

/// <summary>An open loop of ten commands a second, against a server that answers when the test says so.</summary>
public sealed class OpenLoopClientTests
{
    private readonly TestTime _time = new();
    private readonly List<(int Count, IResultSink Sink)> _submitted = [];
    private readonly LoadTally _tally = new(new LoadWindow(0, TestTime.Ticks(1), TestTime.Ticks(3)));

    [Fact]
    public void Commands_are_submitted_when_they_are_due_whatever_becomes_of_those_before()
    {
        var client = Client();
        foreach (var second in (double[])[0.05, 0.1, 0.15, 0.2, 0.45])
            SubmitAt(client, second);

        Assert.Equal([1, 1, 1, 2], _submitted.Select(batch => batch.Count));
        Assert.Equal(5, _tally.Submitted);
    }

    [Fact]
    public void A_server_that_stalls_is_measured_from_when_each_command_was_due()
    {
        var client = Client();
        for (var tenth = 10; tenth <= 20; tenth++)
            SubmitAt(client, tenth / 10.0);

        // Nothing was answered for a second.
        AnswerAt(2.05);

        var latencies = Result().Latencies;
        Assert.Equal(11, latencies.Count);
        Near(1050, latencies.Percentile(100));
        Near(550, latencies.Percentile(50));
        Near(50, latencies.Percentile(1));
    }

    [Fact]
    public void A_client_that_stalls_itself_is_measured_from_when_each_command_was_due_too()
    {
        var client = Client();
        SubmitAt(client, 1.0);
        // The client did not run for a second: all that was due meanwhile is submitted at once.
        SubmitAt(client, 2.0);
        AnswerAt(2.0);

        var result = Result();
        Near(1000, result.Latencies.Percentile(100));
        Near(500, result.Latencies.Percentile(50));
        Near(900, result.SendDelays.Percentile(100));
    }

    [Fact]
    public void Above_the_most_under_way_commands_are_counted_and_not_sent()
    {
        var client = Client(maxOutstanding: 3);
        SubmitAt(client, 0.5);
        Assert.Equal((3, 3), (_tally.Submitted, Result().Limited));

        AnswerAt(0.5);
        SubmitAt(client, 0.7);

        Assert.Equal((5, 3), (_tally.Submitted, Result().Limited));
        Assert.Equal([3, 2], _submitted.Select(batch => batch.Count));
    }

    [Fact]
    public void What_is_meant_for_the_warm_up_or_comes_after_the_end_is_not_measured()
    {
        var client = Client();
        SubmitAt(client, 0.9);
        SubmitAt(client, 1.0);
        Assert.True(SubmitAt(client, 2.8));
        // The last one is due at 2.9 s.
        Assert.False(SubmitAt(client, 9));
        AnswerAt(9.5);

        var result = Result();
        Assert.Equal((30, 30, 20), (result.Submitted, result.Committed, result.Latencies.Count));
        Assert.Equal(0, result.Measured);
        Near(8500, result.Latencies.Percentile(100));
    }

    [Fact]
    public async Task The_loop_ends_when_everything_is_answered_and_not_before()
    {
        var client = Client();
        _time.MoveTo(5);
        var running = client.RunAsync(CancellationToken.None);
        while (_submitted.Count == 0)
            await Task.Yield();
        Assert.False(running.IsCompleted);

        AnswerAt(6);

        await running.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((30, 30), (Result().Submitted, Result().Committed));
    }

    [Fact]
    public async Task A_session_that_ends_is_said_at_once()
    {
        var client = Client(submit: (_, _) => ValueTask.FromException(new HotStuffClientException(ClientFailure.Closed, "gone")));
        _time.MoveTo(0.5);

        Assert.Equal("gone", (await Assert.ThrowsAsync<HotStuffClientException>(() => client.RunAsync(CancellationToken.None))).Message);
    }

    private OpenLoopClient Client(int maxOutstanding = 100, SubmitMany? submit = null) => new(
        submit ?? Submit,
        ArrivalSchedule.Of(new LoadSpec { Clients = 1, Rate = 10 }, 0, start: 0, _time.TimestampFrequency),
        command: default,
        maxOutstanding,
        _tally,
        _time);

    private ValueTask Submit(ReadOnlyMemory<ReadOnlyMemory<byte>> commands, IResultSink sink)
    {
        _submitted.Add((commands.Length, sink));
        return ValueTask.CompletedTask;
    }

    private bool SubmitAt(OpenLoopClient client, double second)
    {
        _time.MoveTo(second);
        return client.SubmitDue();
    }

    private void AnswerAt(double second)
    {
        _time.MoveTo(second);
        foreach (var (count, sink) in _submitted)
            sink.OnResults([.. Enumerable.Range(0, count).Select(i => new CommandOutcome(0, 0, i, default, default, ClientFailure.None))]);
    }

    private LoadResult Result() => _tally.Result([], new ProcessUse(0, 0, 0, 0, 0));

    private static void Near(double expected, double milliseconds) => Assert.InRange(milliseconds, expected * 0.998, expected * 1.002);
}
