namespace HotStuff.Host.Measuring;

/// <summary>
/// When the commands of one client of an open loop are due, one after the other, whatever happens to them. Timestamps are rounded down, and their errors do not add up.
/// </summary>
internal sealed class ArrivalSchedule
{
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
