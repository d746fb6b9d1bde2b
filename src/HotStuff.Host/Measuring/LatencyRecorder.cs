using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json.Serialization;
using HdrHistogram;
using HdrHistogram.Utilities;

namespace HotStuff.Host.Measuring;

/// <summary>
/// Collects latencies from a microsecond to ten minutes. Used by one thread at a time. As JSON it is the base64 of HdrHistogram's compressed encoding, so that what several
/// processes collected can be added up without loss.
/// </summary>
[JsonConverter(typeof(LatencyRecorderConverter))]
internal sealed class LatencyRecorder
{
    private const long HighestMicroseconds = 600_000_000;
    private const int SignificantDigits = 3;
    private const int TicksPerHalving = 5;
    private const double PerMillisecond = 1000;
    private const int CompressedHeaderSize = 2 * sizeof(int);
    private const int LongestEncoding = 1024 * 1024;

    private readonly HistogramBase _microseconds;

    /// <summary>With three significant digits.</summary>
    public LatencyRecorder()
        : this(new LongHistogram(HighestMicroseconds, SignificantDigits))
    {
    }

    private LatencyRecorder(HistogramBase microseconds) => _microseconds = microseconds;

    /// <summary>With two significant digits, in 13 KB, for those of which there are many.</summary>
    public static LatencyRecorder Coarse() => new(new IntHistogram(HighestMicroseconds, SignificantDigits - 1));

    public long Count => _microseconds.TotalCount;

    /// <summary>Records that <paramref name="count"/> commands took as long as the stopwatch ticks say.</summary>
    public void Record(long stopwatchTicks, long count)
    {
        var microseconds = stopwatchTicks * 1_000_000.0 / Stopwatch.Frequency;
        _microseconds.RecordValueWithCount((long)Math.Clamp(microseconds, 1, HighestMicroseconds), count);
    }

    /// <summary>Adds what another recorder collected.</summary>
    public void Add(LatencyRecorder other) => _microseconds.Add(other._microseconds);

    /// <summary>Forgets everything.</summary>
    public void Reset() => _microseconds.Reset();

    public LatencySummary Summarize() => Count == 0
        ? LatencySummary.None
        : new LatencySummary(
            Milliseconds(_microseconds.GetMean()),
            Milliseconds(_microseconds.GetStdDeviation()),
            Percentile(50),
            Percentile(95),
            Percentile(99),
            Milliseconds(_microseconds.GetMaxValue()));

    /// <summary>The latency in milliseconds that so many percent of all do not exceed; 0 when there are none.</summary>
    public double Percentile(double percentile) => Count == 0 ? 0 : Milliseconds(_microseconds.GetValueAtPercentile(percentile));

    /// <summary>Latencies in milliseconds, ascending, each with the part of all (above 0 up to 1) that does not exceed it.</summary>
    public IEnumerable<(double Ms, double Fraction)> Distribution()
    {
        long seen = 0;
        foreach (var value in _microseconds.RecordedValues())
        {
            seen += value.CountAddedInThisIterationStep;
            yield return (Milliseconds(value.ValueIteratedTo), (double)seen / Count);
        }
    }

    /// <summary>Writes percentiles in milliseconds as HdrHistogram's tools write and plot them.</summary>
    public void WriteDistribution(TextWriter writer) =>
        _microseconds.OutputPercentileDistribution(writer, TicksPerHalving, PerMillisecond);

    /// <summary>HdrHistogram's compressed encoding.</summary>
    public byte[] Encode()
    {
        var buffer = ByteBuffer.Allocate(_microseconds.GetNeededByteBufferCapacity());
        var encoded = new byte[_microseconds.EncodeIntoCompressedByteBuffer(buffer)];
        buffer.Position = 0;
        for (var i = 0; i < encoded.Length; i++)
            encoded[i] = buffer.Get();
        return encoded;
    }

    /// <summary>
    /// Reads what <see cref="Encode"/> wrote; null when it is something else. Decompressed here: the library takes what the decompressor gives at its first turn for
    /// all there is, and refuses long histograms for that.
    /// </summary>
    public static LatencyRecorder? TryDecode(byte[] encoded)
    {
        try
        {
            // Two words, what this is and how long, and a zlib stream.
            using var zlib = new ZLibStream(new MemoryStream(encoded, CompressedHeaderSize, encoded.Length - CompressedHeaderSize), CompressionMode.Decompress);
            var plain = new byte[LongestEncoding];
            var length = zlib.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
            return new LatencyRecorder(HistogramEncoding.DecodeFromByteBuffer(ByteBuffer.Allocate(plain[..length]), 0, null));
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or InvalidDataException or NotSupportedException or OverflowException)
        {
            return null;
        }
    }

    private static double Milliseconds(double microseconds) => Math.Round(microseconds / PerMillisecond, 3);
}

/// <summary>What the latencies of a run come to, in milliseconds.</summary>
internal sealed record LatencySummary(double Mean, double Stddev, double P50, double P95, double P99, double Max)
{
    /// <summary>The summary of no latencies.</summary>
    public static LatencySummary None { get; } = new(0, 0, 0, 0, 0, 0);
}
