using System.Threading.Channels;

namespace HotStuff.Cluster;

/// <summary>
/// Holds frames back for a fixed time, in their order, before it hands them on: a network with that latency and any bandwidth, for measurements. Safe to use from
/// several threads.
/// </summary>
/// <param name="delay">How long, to the next whole millisecond.</param>
/// <param name="maxBytes">What may be held in all. One frame is always taken when nothing is held.</param>
/// <param name="time">The clock.</param>
/// <param name="handOn">Takes what was held long enough; false ends the line.</param>
internal sealed class DelayLine(TimeSpan delay, int maxBytes, TimeProvider time, Func<byte[], bool> handOn)
{
    private readonly Channel<(long Added, byte[] Frame)> _held =
        Channel.CreateUnbounded<(long, byte[])>(new UnboundedChannelOptions { SingleReader = true });

    private long _bytes;

    /// <summary>Takes a frame. Never blocks.</summary>
    public Sent TryAdd(byte[] frame)
    {
        var size = FrameReader.HeaderSize + frame.Length;
        var held = Interlocked.Add(ref _bytes, size);
        var fits = held <= maxBytes || held == size;
        if (fits && _held.Writer.TryWrite((time.GetTimestamp(), frame)))
            return Sent.Taken;
        Interlocked.Add(ref _bytes, -size);
        return fits ? Sent.Ended : Sent.QueueFull;
    }

    /// <summary>Hands frames on until <see cref="End"/>.</summary>
    public async Task RunAsync()
    {
        await foreach (var (added, frame) in _held.Reader.ReadAllAsync())
        {
            var left = delay - time.GetElapsedTime(added);
            if (left > TimeSpan.Zero)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time);
            Interlocked.Add(ref _bytes, -FrameReader.HeaderSize - frame.Length);
            if (!handOn(frame))
                End();
        }
    }

    /// <summary>Takes no more frames; those that are held are still handed on.</summary>
    public void End() => _held.Writer.TryComplete();
}
