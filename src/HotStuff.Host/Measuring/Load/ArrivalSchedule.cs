namespace HotStuff.Host.Measuring;

/// <summary>
/// When the commands of one client of an open loop are due, one after the other, whatever happens to them. Timestamps are rounded down, and their errors do not add up.
/// </summary>
internal sealed class ArrivalSchedule
{
    // From this mean on a Poisson distribution is taken for a normal one.
    private const int NormalFromMean = 1000;

    private readonly long _start;
    private readonly double _ticksPerCommand;
    private readonly double _phase;
    private readonly Random? _random;
    private double _sum;
    private long _taken;

    private ArrivalSchedule(long start, double rate, long frequency, double phase, Random? random)
    {
        _start = start;
        _ticksPerCommand = frequency / rate;
        _phase = phase;
        _random = random;
        Plan();
    }

    /// <summary>When the next command is due.</summary>
    public long Next { get; private set; }

    /// <summary>The schedule of one client.</summary>
    /// <param name="load">An open loop.</param>
    /// <param name="client">The client's index among all clients, 0 and up.</param>
    /// <param name="start">The begin of the load.</param>
    /// <param name="frequency">Timestamps per second.</param>
    public static ArrivalSchedule Of(LoadSpec load, int client, long start, long frequency)
    {
        var rate = load.Rate!.Value / load.Clients;
        return load.Arrivals == Arrivals.Poisson
            // Independent Poisson processes add up to one.
            ? new ArrivalSchedule(start, rate, frequency, 0, new Random(HashCode(load.Seed, client)))
            // The clients take turns, so that their commands are at equal distances, too.
            : new ArrivalSchedule(start, rate, frequency, (double)client / load.Clients, null);
    }

    /// <summary>Goes on to the command after the next one, and returns when the next one is due.</summary>
    public long Take()
    {
        var due = Next;
        _taken++;
        Plan();
        return due;
    }

    /// <summary>Goes on to the first command that is due after <paramref name="time"/>, at a price that does not grow with how many are before it.</summary>
    /// <param name="time">A timestamp.</param>
    /// <returns>How many were due and are left out.</returns>
    public long SkipThrough(long time)
    {
        var skipped = _taken;
        if (time >= Next)
            Leap((time + 1 - _start) / _ticksPerCommand);
        while (Next <= time)
            Take();
        return _taken - skipped;
    }

    /// <summary>Leaves out what is due before <paramref name="end"/>, counted in mean distances of commands from the start, but for what there is to take one by one.</summary>
    private void Leap(double end)
    {
        if (_random is null)
        {
            // One less than could be: rounding must not leave out one that is due later.
            _taken = Math.Max(_taken, (long)(end - _phase) - 1);
        }
        else if (end - _sum > NormalFromMean)
        {
            // How many arrivals there are in the time (Box and Muller, 1958). A Poisson process remembers nothing, so that it goes on from there as from anywhere.
            var mean = end - _sum;
            var deviation = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
            _taken += (long)(mean + (Math.Sqrt(mean) * deviation));
            _sum = end;
        }

        Plan();
    }

    // The same in every process, which HashCode.Combine is not.
    private static int HashCode(int seed, int client) => unchecked((seed * 486_187_739) + client);

    private void Plan()
    {
        if (_random is not null)
            _sum -= Math.Log(1 - _random.NextDouble());
        var commands = _random is null ? _taken + _phase : _sum;
        Next = _start + (long)(commands * _ticksPerCommand);
    }
}
