using System.Collections.Concurrent;

namespace HotStuff.Client.Tests.Support;

/// <summary>Keeps all outcomes, and sees to it that they never come two at a time.</summary>
internal sealed class Sink : IResultSink
{
    private readonly ConcurrentQueue<CommandOutcome> _outcomes = new();
    private int _inside;

    public IReadOnlyCollection<CommandOutcome> Outcomes => _outcomes;

    public int Batches { get; private set; }

    public bool WasReentered { get; private set; }

    public void OnResults(ReadOnlySpan<CommandOutcome> outcomes)
    {
        WasReentered |= Interlocked.Increment(ref _inside) != 1;
        Batches++;
        foreach (var outcome in outcomes)
            _outcomes.Enqueue(outcome);
        Interlocked.Decrement(ref _inside);
    }
}
