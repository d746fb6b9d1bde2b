using System.Diagnostics;
using System.Globalization;
using HotStuff.Host.Local;

namespace HotStuff.Host.Tests;

public sealed class PidFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_process_that_runs_is_found_again()
    {
        using var self = Process.GetCurrentProcess();
        PidFile.Write(_directory.File("pid"), self);

        using var found = PidFile.FindRunning(_directory.File("pid"));

        Assert.Equal(self.Id, found?.Id);
    }

    [Fact]
    public void Another_process_with_the_same_id_is_not_taken_for_it()
    {
        var earlier = DateTimeOffset.UnixEpoch;
        File.WriteAllText(_directory.File("pid"), string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId} {earlier:O}\n"));

        Assert.Null(PidFile.FindRunning(_directory.File("pid")));
    }

    [Fact]
    public void A_process_that_has_ended_is_not_found()
    {
        File.WriteAllText(_directory.File("pid"), "2147483646 2024-01-01T00:00:00.0000000Z\n");

        Assert.Null(PidFile.FindRunning(_directory.File("pid")));
    }

    [Fact]
    public async Task A_process_that_was_killed_and_that_nobody_has_waited_for_is_not_found()
    {
        // Its parent becomes a program that waits for nobody.
        using var parent = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "sleep 60 & echo $!; exec sleep 60"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var id = int.Parse((await parent.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        using (var child = Process.GetProcessById(id))
        {
            PidFile.Write(_directory.File("pid"), child);
            PidFile.FindRunning(_directory.File("pid"))!.Dispose();
            child.Kill();
        }

        try
        {
            while (PidFile.FindRunning(_directory.File("pid")) is { } dying)
            {
                dying.Dispose();
                await Task.Yield();
            }

            Assert.True(Directory.Exists($"/proc/{id}"));
        }
        finally
        {
            parent.Kill();
        }
    }

    [Fact]
    public void A_file_that_is_something_else_is_a_problem_and_not_ignored()
    {
        File.WriteAllText(_directory.File("pid"), "hello");

        Assert.Throws<ProblemException>(() => PidFile.FindRunning(_directory.File("pid")));
    }
}
