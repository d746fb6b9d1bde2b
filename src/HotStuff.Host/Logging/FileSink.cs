using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace HotStuff.Host.Logging;

/// <summary>Writes log lines to a file of their own, where the console belongs to somebody else.</summary>
internal sealed class FileSink(string file, ITextFormatter formatter) : ILogEventSink, IDisposable
{
    private readonly TextWriter _writer = TextWriter.Synchronized(new StreamWriter(file, append: true) { AutoFlush = true });

    public void Emit(LogEvent logEvent) => formatter.Format(logEvent, _writer);

    public void Dispose() => _writer.Dispose();
}
