using System.Diagnostics;
using HotStuff.Consensus;

namespace HotStuff.Host.Local;

/// <summary>How a replica's process ended.</summary>
/// <param name="Code">Its exit code; 128 + the number of a signal that ended it.</param>
/// <param name="Reason">Why, in one line.</param>
internal sealed record ReplicaExit(int Code, string Reason)
{
    /// <summary>The exit code after SIGKILL.</summary>
    public const int Killed = 137;
}

/// <summary>One replica as a child process.</summary>
internal sealed class ReplicaProcess : IAsyncDisposable
{
    private readonly Process _process;
    private string? _lastErrorLine;

    private ReplicaProcess(ReplicaId id, Process process)
    {
        Id = id;
        _process = process;
        ProcessId = process.Id;
    }

    public ReplicaId Id { get; }

    public int ProcessId { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Why it ended, in one line.</summary>
    public string ExitReason => _lastErrorLine ?? $"it ended with exit code {_process.ExitCode}";

    /// <summary>Starts a replica that lives no longer than this process.</summary>
    /// <param name="directory">Where its files are.</param>
    /// <param name="id">Which one.</param>
    /// <param name="further">Further arguments of <c>node</c>.</param>
    /// <param name="launcher">A program with arguments that becomes the replica's; null: none.</param>
    public static ReplicaProcess Start(ClusterDirectory directory, ReplicaId id, IEnumerable<string> further, IReadOnlyList<string>? launcher)
    {
        var process = Process.Start(Executable.StartInfo([.. directory.NodeArguments(id), "--parent-pipe", .. further], launcher))
            ?? throw new ProblemException($"replica {id} could not be started");
        var replica = new ReplicaProcess(id, process);
        // A pipe that nobody reads would block the child.
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += (_, line) => replica._lastErrorLine = string.IsNullOrWhiteSpace(line.Data) ? replica._lastErrorLine : line.Data;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return replica;
    }

    /// <summary>Waits until it has ended by itself and all that it wrote is read, at most so long; null when it still runs.</summary>
    public async Task<ReplicaExit?> ExitAsync(TimeSpan bound, CancellationToken cancellationToken)
    {
        try
        {
            await _process.WaitForExitAsync(cancellationToken).WaitAsync(bound, cancellationToken);
            return new ReplicaExit(_process.ExitCode, ExitReason);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>SIGKILL: the process gets no chance to do anything more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Asks it to stop, and ends it with SIGKILL when that takes longer than <paramref name="bound"/>.</summary>
    public async Task StopAsync(TimeSpan bound)
    {
        if (_process.HasExited)
            return;
        ProcessSignals.Terminate(_process);
        await ProcessSignals.WaitOrKillAsync(_process, bound);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
