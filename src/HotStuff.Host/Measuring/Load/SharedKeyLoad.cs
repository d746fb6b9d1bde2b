using System.Diagnostics;
using HotStuff.Client;

namespace HotStuff.Host.Measuring;

/// <summary>One client session with workers that have one key-value command under way each, so that a history of it can be judged.</summary>
internal sealed class SharedKeyLoad(HotStuffClient client, IReadOnlyList<SharedKeyWorker> workers) : ILoadClient
{
    public ClientStatistics Statistics => client.Statistics;

    public async Task RunAsync(LoadTally tally, CancellationToken cancellationToken)
    {
        await LoadWindow.WaitForAsync(tally.Window.Start, cancellationToken);
        await Task.WhenAll(workers.Select(worker => Task.Run(() => WorkAsync(worker, tally), cancellationToken))).WaitAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private static async Task WorkAsync(SharedKeyWorker worker, LoadTally tally)
    {
        while (Stopwatch.GetTimestamp() < tally.Window.To)
            await CountAsync(worker.StepAsync, tally);
        await CountAsync(worker.ReadAsync, tally);
    }

    private static async Task CountAsync(Func<CancellationToken, Task> step, LoadTally tally)
    {
        tally.Submit(1);
        var sent = Stopwatch.GetTimestamp();
        try
        {
            await step(CancellationToken.None);
        }
        catch (HotStuffClientException failure) when (failure.Reason.IsRefusal())
        {
            tally.Reject();
            return;
        }
        catch (HotStuffClientException failure) when (failure.Reason == ClientFailure.TimedOut)
        {
            return;
        }

        tally.Acknowledge(sent, Stopwatch.GetTimestamp(), 1);
    }
}
