using HotStuff.Host.Measuring;

namespace HotStuff.Host.Tests.Measuring;

public sealed class ArrivalScheduleTests
{
    private const long Second = 1_000_000;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(4, 1000)]
    [InlineData(4, 333_333)]
    public void Steady_commands_of_all_clients_together_are_at_equal_distances(int clients, double rate)
    {
        var all = Enumerable.Range(0, clients).SelectMany(client => DueTimes(Load(clients, rate), client, 1000)).Order().Take(1000).ToArray();

        Assert.Equal(5 * Second, all[0]);
        for (var i = 0; i < all.Length; i++)
            Assert.InRange(all[i] - (5 * Second) - (i * Second / rate), -1.01, 1.01);
    }

    [Fact]
    public void After_a_million_commands_a_steady_schedule_is_still_on_time()
    {
        var schedule = ArrivalSchedule.Of(Load(1, 3), 0, start: 0, Second);
        for (var i = 0; i < 1_000_000; i++)
            schedule.Take();

        Assert.InRange(schedule.Next - (1_000_000.0 / 3 * Second), -1.01, 1.01);
    }

    [Fact]
    public void Random_arrivals_have_the_mean_and_the_spread_of_a_poisson_process()
    {
        var due = DueTimes(Load(2, 2000) with { Arrivals = Arrivals.Poisson, Seed = 7 }, 1, 20_000);
        var gaps = due.Zip(due.Skip(1), (a, b) => (double)(b - a)).ToArray();
        var mean = gaps.Average();

        Assert.All(gaps, gap => Assert.True(gap >= 0));
        // A thousand a second for one of two clients. An exponential distribution's deviation is its mean.
        Assert.InRange(mean, 0.97 * Second / 1000, 1.03 * Second / 1000);
        Assert.InRange(Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean))) / mean, 0.95, 1.05);
    }

    [Fact]
    public void Random_arrivals_are_the_same_for_the_same_seed_and_client_only()
    {
        var load = Load(2, 100) with { Arrivals = Arrivals.Poisson, Seed = 1 };

        Assert.Equal(DueTimes(load, 0, 50), DueTimes(load, 0, 50));
        Assert.NotEqual(DueTimes(load, 0, 50), DueTimes(load, 1, 50));
        Assert.NotEqual(DueTimes(load, 0, 50), DueTimes(load with { Seed = 2 }, 0, 50));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 1000)]
    [InlineData(2, 5_000_000)]
    public void Skipping_steady_commands_leaves_out_exactly_those_that_are_due(int clients, double rate)
    {
        var taken = ArrivalSchedule.Of(Load(clients, rate), clients - 1, start: 5 * Second, Second);
        var skipped = ArrivalSchedule.Of(Load(clients, rate), clients - 1, start: 5 * Second, Second);
        foreach (var time in (long[])[0, 5 * Second, (5 * Second) + 1, (5 * Second) + 333_333, 6 * Second, 6 * Second])
        {
            var due = 0;
            for (; taken.Next <= time; due++)
                taken.Take();

            Assert.Equal(due, skipped.SkipThrough(time));
            Assert.Equal(taken.Next, skipped.Next);
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(3_000_000)]
    public void As_many_random_arrivals_are_skipped_as_a_poisson_process_has(double rate)
    {
        var schedule = ArrivalSchedule.Of(Load(1, rate) with { Arrivals = Arrivals.Poisson, Seed = 3 }, 0, start: 0, Second);
        var counts = new double[400];
        for (var second = 1; second <= counts.Length; second++)
        {
            counts[second - 1] = schedule.SkipThrough(second * Second);
            Assert.True(schedule.Next > second * Second);
        }

        // The mean of 400 and its error; a variance as large as the mean.
        Assert.InRange(counts.Average(), rate - (Math.Sqrt(rate) / 5), rate + (Math.Sqrt(rate) / 5));
        Assert.InRange(counts.Average(count => (count - rate) * (count - rate)) / rate, 0.75, 1.3);
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(4, 4)]
    [InlineData(7, 2)]
    public void Each_client_is_in_exactly_one_process(int clients, int processes)
    {
        var parts = Enumerable.Range(0, processes).Select(process => Load(clients, 1).PartOf(process, processes)).ToArray();

        Assert.Equal(Enumerable.Range(0, clients), parts.SelectMany(part => part.Indexes));
        Assert.All(parts, part => Assert.NotEmpty(part.Indexes));
    }

    private static long[] DueTimes(LoadSpec load, int client, int count)
    {
        var schedule = ArrivalSchedule.Of(load, client, start: 5 * Second, Second);
        return [.. Enumerable.Range(0, count).Select(_ => schedule.Take())];
    }

    private static LoadSpec Load(int clients, double rate) => new() { Clients = clients, Rate = rate };
}
