using System.Diagnostics;
using HotStuff.Host.Local;

namespace HotStuff.Host.Measuring;

/// <summary>One process of clients (<c>hotstuff load</c>), as its parent sees it.</summary>
internal sealed class LoadProcess : IAsyncDisposable
{
    // Until it has been told its window; afterwards it ends with the load.
    private static readonly TimeSpan ReadyBound = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly int _number;
    private readonly Task<string> _errors;
    private long _committed;

    private LoadProcess(Process process, int number)
    {
        _process = process;
        _number = number;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Commands acknowledged so far, as it last said.</summary>
    public long Committed => Interlocked.Read(ref _committed);

    /// <summary>Starts it.</summary>
    /// <param name="genesisFile">The chain.</param>
    /// <param name="part">Its part of the load.</param>
    /// <param name="number">Its number, for people.</param>
    public static LoadProcess Start(string genesisFile, LoadSpec part, int number) => new(
        Process.Start(Executable.StartInfo(["load", "--genesis", genesisFile, "--spec", LoadLine.Write(part)]))
            ?? throw new ProblemException($"client process {number} could not be started"),
        number);

    /// <summary>Waits until its clients are connected.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(ReadyBound);
        try
        {
            if (await ReadAsync(bound.Token) is not { Ready: true })
                throw new ProblemException($"client process {_number} said something else than that it is ready");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProblemException($"client process {_number} is not ready after {ReadyBound.TotalSeconds:0} s");
        }
    }

    /// <summary>Lets it run its part of the load.</summary>
    public async Task<LoadResult> RunAsync(LoadWindow window, CancellationToken cancellationToken)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(LoadLine.Write(window).AsMemory(), cancellationToken);
            await _process.StandardInput.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            // It has ended; its last words follow.
        }

        while (true)
        {
            var line = await ReadAsync(cancellationToken);
            if (line.Result is { } result)
                return result;
            Interlocked.Exchange(ref _committed, line.Committed ?? Committed);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // It ends when its standard input does.
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended.
        }

        await ProcessSignals.WaitOrKillAsync(_process, StopBound);
        _process.Dispose();
    }

    private async Task<LoadLine> ReadAsync(CancellationToken cancellationToken)
    {
        if (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            return LoadLine.TryRead<LoadLine>(line) ?? throw new ProblemException($"client process {_number} said '{line}'");
        var reason = (await _errors.WaitAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
        throw new ProblemException($"client process {_number} stopped: {reason ?? "it said nothing"}");
    }
}
