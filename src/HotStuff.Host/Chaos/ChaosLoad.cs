using System.Diagnostics;
using HotStuff.Client;
using HotStuff.Crypto;
using HotStuff.Host.Measuring;
using HotStuff.Simulation;

namespace HotStuff.Host.Chaos;

/// <summary>
/// Clients that go on whatever happens: a few workers on each of a few keys, with a pause after each command, so that a history of it can be judged. From one check to the
/// next the keys are new.
/// </summary>
internal sealed class ChaosLoad : IAsyncDisposable
{
    // Longer than anything that a round may take.
    private static readonly TimeSpan OverallTimeout = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan ResendAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(60);
    private const int WorkersPerKey = 4;
    private const int SharedKeys = 4;
    private const int Counters = 2;

    private readonly HotStuffClient[] _sessions;
    private readonly ulong _seed;
    private readonly Lock _lock = new();
    private readonly List<(long Since, TaskCompletionSource<long> Answered)> _waiting = [];
    private CommandHistory _history = new();
    private CounterBook[] _books = [];
    private SharedKeyWorker[] _workers = [];
    private Task _work = Task.CompletedTask;
    private int _chapter;
    private volatile bool _resting;
    private long _answered;
    private long _unanswered;

    private ChaosLoad(HotStuffClient[] sessions, ulong seed)
    {
        _sessions = sessions;
        _seed = seed;
    }

    /// <summary>Commands that were answered.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Commands of which nobody knows what became of them.</summary>
    public long Unanswered => Interlocked.Read(ref _unanswered);

    /// <summary>What was sent and answered since the last <see cref="Begin"/>.</summary>
    public IReadOnlyList<HistoryOperation> History => _history.Operations;

    public static async Task<ChaosLoad> ConnectAsync(Genesis genesis, int sessions, ulong seed, CancellationToken cancellationToken)
    {
        var clients = new HotStuffClient[sessions];
        for (var i = 0; i < sessions; i++)
        {
            clients[i] = await HotStuffClient.ConnectAsync(
                new ClientOptions { Genesis = genesis, OverallTimeout = OverallTimeout, ResendAfter = ResendAfter }, cancellationToken);
        }

        return new ChaosLoad(clients, seed);
    }

    /// <summary>Begins to send, on new keys and with a new history.</summary>
    public void Begin()
    {
        _chapter++;
        _resting = false;
        _history = new CommandHistory();
        _books = [.. Enumerable.Range(0, Counters).Select(i => new CounterBook($"chaos/{_chapter}/counter-{i}"))];
        _workers =
        [
            .. Enumerable.Range(0, SharedKeys * WorkersPerKey).Select(i =>
                new SharedKeyWorker(Client(i), $"chaos/{_chapter}/shared-{i / WorkersPerKey}", _seed ^ (((ulong)_chapter << 32) + (ulong)i))),
        ];
        var counting = Enumerable.Range(0, Counters * WorkersPerKey).Select(i =>
            (Func<CancellationToken, Task>)(cancellation => _books[i / WorkersPerKey].StepAsync(Client(i), cancellation)));
        _work = Task.WhenAll(_workers.Select(worker => (Func<CancellationToken, Task>)worker.StepAsync).Concat(counting).Select(WorkAsync));
    }

    /// <summary>Sends no more, waits for all answers, and reads every key once.</summary>
    /// <returns>What is wrong with the counters, in one line; null when nothing is.</returns>
    public async Task<string?> EndAsync(CancellationToken cancellationToken)
    {
        _resting = true;
        await _work.WaitAsync(cancellationToken);
        foreach (var worker in _workers.Where((_, i) => i % WorkersPerKey == 0))
            await worker.ReadAsync(cancellationToken);
        string? problem = null;
        foreach (var book in _books)
            problem ??= await book.CheckAsync(Client(0), cancellationToken);
        return problem;
    }

    /// <summary>When the first command was answered that was sent after a moment, both as timestamps of <see cref="Stopwatch"/>.</summary>
    public Task<long> AnsweredAfterAsync(long since)
    {
        var answered = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
            _waiting.Add((since, answered));
        return answered.Task;
    }

    /// <summary>Fails when the workers have ended although nobody asked them to.</summary>
    public Task WhenBroken => _work;

    public async ValueTask DisposeAsync()
    {
        _resting = true;
        foreach (var session in _sessions)
            await session.DisposeAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // The workers of a key are of different sessions, where there are as many.
    private KeyValueClient Client(int worker) => new(_sessions[worker % _sessions.Length], _history);

    private async Task WorkAsync(Func<CancellationToken, Task> step)
    {
        while (!_resting)
        {
            var sent = Stopwatch.GetTimestamp();
            try
            {
                await step(CancellationToken.None);
                Interlocked.Increment(ref _answered);
                Tell(sent);
            }
            catch (HotStuffClientException failure) when (failure.Reason is ClientFailure.TimedOut or ClientFailure.Overloaded)
            {
                Interlocked.Increment(ref _unanswered);
            }
            catch (HotStuffClientException failure) when (failure.Reason == ClientFailure.Closed && _resting)
            {
                return;
            }

            await Task.Delay(Pause);
        }
    }

    private void Tell(long sent)
    {
        lock (_lock)
        {
            var now = Stopwatch.GetTimestamp();
            foreach (var waiting in _waiting.Where(waiting => sent >= waiting.Since))
                waiting.Answered.TrySetResult(now);
            _waiting.RemoveAll(waiting => waiting.Answered.Task.IsCompleted);
        }
    }
}
