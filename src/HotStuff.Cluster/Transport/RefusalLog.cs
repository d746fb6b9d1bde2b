using Akka.Actor;
using Akka.Event;

namespace HotStuff.Cluster;

/// <summary>
/// Counts what is refused, and writes a line for the first of each kind and then at most one in each <see cref="Interval"/>: whoever can be refused can
/// be refused very often. Safe to use from several threads.
/// </summary>
/// <param name="system">The system, whose <see cref="TransportCounters"/> count.</param>
/// <param name="time">The clock of the interval.</param>
internal sealed class RefusalLog(ActorSystem system, TimeProvider time)
{
    /// <summary>The least time between two lines about the same reason.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ILoggingAdapter _log = Logging.GetLogger(system, "transport");
    private readonly TransportCounters _counters = TransportCounters.Of(system);
    private readonly long[] _written = new long[Enum.GetValues<TransportRefusal>().Length];

    /// <summary>Counts one, and perhaps writes it.</summary>
    public void Refuse(TransportRefusal reason, Address remote)
    {
        _counters.Count(reason);
        ref var written = ref _written[(int)reason];
        var (before, now) = (Interlocked.Read(ref written), time.GetTimestamp());
        if ((before == 0 || time.GetElapsedTime(before, now) >= Interval) && Interlocked.CompareExchange(ref written, now, before) == before)
        {
            _log.Warning(
                "refused what {0}:{1} sent: {2} ({3} so far; the next line about this not before {4} s)",
                remote.Host,
                remote.Port,
                reason,
                _counters.Refused(reason),
                (int)Interval.TotalSeconds);
        }
    }
}
