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
    public void A_file_that_is_something_else_is_a_problem_and_not_ignored()
    {
        File.WriteAllText(_directory.File("pid"), "hello");

        Assert.Throws<ProblemException>(() => PidFile.FindRunning(_directory.File("pid")));
    }
}
