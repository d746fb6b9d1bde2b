using System.Diagnostics;
using HotStuff.Client;

namespace HotStuff.Host.Measuring;

/// <summary>
/// One client session that keeps a number of equal commands under way: what completes is refilled at once. Nothing is done per command but counting.
/// </summary>
internal sealed class ClosedLoopClient : IResultSink, ILoadClient
{
    private readonly HotStuffClient _client;
    private readonly ReadOnlyMemory<ReadOnlyMemory<byte>> _commands;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LoadTally? _tally;
    private long _underWay;

    public ClosedLoopClient(HotStuffClient client, int outstanding, ReadOnlyMemory<byte> command)
    {
        _client = client;
        var commands = new ReadOnlyMemory<byte>[outstanding];
        Array.Fill(commands, command);
        _commands = commands;
    }

    public ClientStatistics Statistics => _client.Statistics;

    public async Task RunAsync(LoadTally tally, CancellationToken cancellationToken)
    {
        _tally = tally;
        await LoadWindow.WaitForAsync(tally.Window.Start, cancellationToken);
        Submit(_commands.Length);
        await _drained.Task.WaitAsync(cancellationToken);
    }

    public void OnResults(ReadOnlySpan<CommandOutcome> outcomes)
    {
        var now = Stopwatch.GetTimestamp();
        _tally!.Take(outcomes, now);
        if (now < _tally.Window.To)
            Submit(outcomes.Length);
        if (Interlocked.Add(ref _underWay, -outcomes.Length) == 0)
            _drained.TrySetResult();
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private void Submit(int count)
    {
        _tally!.Submit(count);
        Interlocked.Add(ref _underWay, count);
        _ = ObserveAsync(_client.SubmitManyAsync(_commands[..count], this, Stopwatch.GetTimestamp()));
    }

    private async Task ObserveAsync(ValueTask submission)
    {
        try
        {
            await submission;
        }
        catch (HotStuffClientException failure)
        {
            _drained.TrySetException(failure);
        }
    }
}
