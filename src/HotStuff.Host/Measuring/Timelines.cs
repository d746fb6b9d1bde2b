using System.Globalization;

namespace HotStuff.Host.Measuring;

/// <summary>The timeline of a run as a file for spreadsheets.</summary>
internal static class Timelines
{
    /// <summary>A header, and a line for each row: its begin in seconds, commands acknowledged, and latencies in milliseconds.</summary>
    public static string ToCsv(IEnumerable<TimelineRow> rows) => string.Concat(
        rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Second},{row.Committed},{row.P50},{row.P99},{row.Max}\n"))
            .Prepend("second,committed,p50_ms,p99_ms,max_ms\n"));
}
