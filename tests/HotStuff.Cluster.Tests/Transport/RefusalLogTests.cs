using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace HotStuff.Cluster.Tests;

public sealed class RefusalLogTests : TestKit
{
    private static readonly Address Somebody = new("tcp", "hotstuff", "10.0.0.1", 1234);

    private readonly ManualTime _time = new();

    [Fact]
    public void All_are_counted_and_one_line_is_written_for_each_reason_and_interval()
    {
        var log = new RefusalLog(Sys, _time);
        EventFilter.Warning(contains: "refused what 10.0.0.1:1234 sent: Malformed (").ExpectOne(() => Refuse(TransportRefusal.Malformed, 1_000));
        EventFilter.Warning(contains: "Sender (").ExpectOne(() => Refuse(TransportRefusal.Sender, 10));
        _time.Advance(RefusalLog.Interval);
        EventFilter.Warning(contains: "Malformed (1001 so far").ExpectOne(() => Refuse(TransportRefusal.Malformed, 10));
        Assert.Equal(1_010, TransportCounters.Of(Sys).Refused(TransportRefusal.Malformed));
        Assert.Equal(10, TransportCounters.Of(Sys).Refused(TransportRefusal.Sender));

        void Refuse(TransportRefusal reason, int times)
        {
            for (var i = 0; i < times; i++)
                log.Refuse(reason, Somebody);
        }
    }
}
