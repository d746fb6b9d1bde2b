using System.Diagnostics;
using HotStuff.Client;

namespace HotStuff.Host.Measuring;

/// <summary>One client session with an open loop.</summary>
/// <param name="client">The session.</param>
/// <param name="load">The load of all clients.</param>
/// <param name="index">Which of them this is.</param>
internal sealed class OpenLoopLoad(HotStuffClient client, LoadSpec load, int index) : ILoadClient
{
    public ClientStatistics Statistics => client.Statistics;

    public Task RunAsync(LoadTally tally, CancellationToken cancellationToken) => Task.Run(
        () => new OpenLoopClient(
            (commands, sink) => client.SubmitManyAsync(commands, sink, cancellation: CancellationToken.None),
            ArrivalSchedule.Of(load, index, tally.Window.Start, Stopwatch.Frequency),
            load.Command,
            load.MaxOutstanding,
            tally,
            TimeProvider.System).RunAsync(cancellationToken),
        cancellationToken);

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
