using HotStuff.Client;
using HotStuff.Host.Measuring;

namespace HotStuff.Host.Tests.Measuring;

public sealed class LoadTallyTests
{
    private static readonly ProcessUse NoUse = new(0, 0, 0, 0, 0);

    [Fact]
    public void Acknowledged_counts_when_the_answer_comes_and_latency_when_the_command_was_meant_to_be_sent()
    {
        var tally = new LoadTally(Window(2));
        tally.Acknowledge(At(-0.5), At(0.5), 10);
        tally.Acknowledge(At(0.5), At(1.25), 20);
        tally.Acknowledge(At(1.5), At(2.5), 40);

        var result = tally.Result([], NoUse);

        Assert.Equal((70, 30), (result.Committed, result.Measured));
        Assert.Equal(60, result.Latencies.Count);
        Assert.Equal([10L, 20L], result.Timeline().Select(row => row.Committed));
        Assert.Equal([0d, 1d], result.Timeline().Select(row => row.Second));
        Near(750, result.Timeline()[0].P50);
        Near(1000, result.Timeline()[1].Max);
    }

    [Fact]
    public void Outcomes_of_one_call_are_counted_by_what_became_of_them()
    {
        var tally = new LoadTally(Window(2));
        tally.Submit(4);
        tally.Take(
            [Outcome(At(0.1), ClientFailure.None), Outcome(At(0.1), ClientFailure.Overloaded), Outcome(At(0.1), ClientFailure.None), Outcome(At(0.1), ClientFailure.TimedOut)],
            At(0.2));

        var result = tally.Result([], NoUse);

        Assert.Equal((2, 1, 1), (result.Committed, result.Rejected, result.Unanswered));
        Assert.Equal(2, result.Latencies.Count);
    }

    [Theory]
    [InlineData(0.25, 1, 0.1, 3)]
    [InlineData(3, 3, 0.1, 30)]
    [InlineData(2.5, 3, 0.1, 25)]
    [InlineData(200, 200, 1, 200)]
    [InlineData(36_000, 3600, 10, 3600)]
    public void The_timeline_has_a_row_for_each_second_and_no_more_rows_than_memory_bears(double duration, int rows, double slotSeconds, int slots)
    {
        var result = new LoadTally(Window(duration)).Result([], NoUse);

        Assert.Equal((rows, slots, slotSeconds), (result.Timeline().Count, result.Slots.Count, result.SlotSeconds));
    }

    [Fact]
    public void What_several_processes_collected_adds_up_after_its_way_through_a_pipe()
    {
        var one = new LoadTally(Window(1));
        var other = new LoadTally(Window(1));
        one.Submit(100);
        one.Acknowledge(At(0), At(0.1), 99);
        one.Limit(5);
        other.Submit(1);
        other.Acknowledge(At(0.05), At(0.95), 1);
        other.Reject();

        var sum = LoadResult.Sum([.. new[] { one, other }.Select(tally => ThroughPipe(tally.Result([], NoUse with { CpuUserS = 1.5 })))]);

        Assert.Equal((101, 100, 1, 5), (sum.Submitted, sum.Committed, sum.Rejected, sum.Limited));
        Assert.Equal(100, sum.Measured);
        Assert.Equal(100, sum.Latencies.Count);
        Near(100, sum.Latencies.Percentile(99));
        Near(900, sum.Latencies.Percentile(100));
        Assert.Equal(10, sum.Slots.Count);
        Assert.Equal((99, 1), (sum.Slots[1].Committed, sum.Slots[9].Committed));
        Near(900, sum.Slots[0].Latencies!.Percentile(100));
        Assert.Equal([1.5, 1.5], sum.Processes.Select(process => process.CpuUserS));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"result\": {\"latencies\": \"AAAA\"}}")]
    [InlineData("{\"result\": {\"latencies\": \"!\", \"send_delays\": \"!\", \"slots\": [], \"processes\": []}}")]
    [InlineData("what?")]
    [InlineData("")]
    public void A_line_that_is_none_has_no_result(string line)
    {
        Assert.Null(LoadLine.TryRead<LoadLine>(line)?.Result);
    }

    [Fact]
    public void A_load_that_did_not_happen_has_a_result_too()
    {
        var result = LoadResult.Sum([ThroughPipe(new LoadTally(Window(1)).Result([], NoUse))]);

        Assert.Equal(0, result.Latencies.Count);
        Assert.Equal(LatencySummary.None, result.Latencies.Summarize());
        Assert.Equal(new TimelineRow(0, 0, 0, 0, 0), Assert.Single(result.Timeline()));
    }

    [Fact]
    public void The_distribution_goes_up_to_all_commands_and_the_longest_latency()
    {
        var recorder = new LatencyRecorder();
        recorder.Record(TestTime.Ticks(0.001), 3);
        recorder.Record(TestTime.Ticks(0.1), 1);
        var file = new StringWriter();
        recorder.WriteDistribution(file);

        Assert.Equal([0.75, 1], recorder.Distribution().Select(point => point.Fraction));
        Near(100, recorder.Distribution().Last().Ms);
        Assert.Contains("Total count    =            4", file.ToString(), StringComparison.Ordinal);
        Assert.Contains("#[Max     =      100.0", file.ToString(), StringComparison.Ordinal);
    }

    private static LoadResult ThroughPipe(LoadResult result)
    {
        var line = LoadLine.Write(new LoadLine(Result: result));
        Assert.DoesNotContain('\n', line);
        return LoadLine.TryRead<LoadLine>(line)!.Result!;
    }

    // The load begins a second before it is measured.
    private static LoadWindow Window(double seconds) => new(0, TestTime.Ticks(1), TestTime.Ticks(1 + seconds));

    private static long At(double second) => TestTime.Ticks(1 + second);

    private static CommandOutcome Outcome(long tag, ClientFailure failure) => new(0, tag, 0, default, default, failure);

    private static void Near(double expected, double milliseconds) => Assert.InRange(milliseconds, expected * 0.99, expected * 1.01);
}
