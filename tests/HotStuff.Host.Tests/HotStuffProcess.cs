using System.Diagnostics;
using System.Reflection;

namespace HotStuff.Host.Tests;

/// <summary>Runs the real executable.</summary>
internal static class HotStuffProcess
{
    private static readonly TimeSpan DefaultBound = TimeSpan.FromSeconds(60);

    private static readonly string Folder = typeof(HotStuffProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "ProgramFolder").Value!;

    /// <summary>Runs it to its end, and fails when that takes too long.</summary>
    public static async Task<ProcessResult> RunAsync(TimeSpan bound, params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(bound);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"hotstuff {string.Join(' ', arguments)} did not end within {bound.TotalSeconds} s. It wrote:\n{await output}\n{await error}");
        }

        return new ProcessResult(process.ExitCode, await output, await error);
    }

    public static Task<ProcessResult> RunAsync(params string[] arguments) => RunAsync(DefaultBound, arguments);

    /// <summary>Starts it, with pipes for its standard streams.</summary>
    public static Process Start(params string[] arguments)
    {
        var name = OperatingSystem.IsWindows() ? "hotstuff.exe" : "hotstuff";
        var info = new ProcessStartInfo(Path.Combine(Folder, name), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(info)!;
    }
}

/// <summary>How a process ended and what it wrote.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Error)
{
    public IReadOnlyList<string> ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Asserts that it ended with this exit code, and said why in exactly one line.</summary>
    public string FailedWith(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, expected {exitCode}; it wrote:\n{Output}\n{Error}");
        return Assert.Single(ErrorLines);
    }

    /// <summary>Asserts that everything held.</summary>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}; it wrote:\n{Output}\n{Error}");
        return Output;
    }
}
