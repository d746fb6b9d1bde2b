using System.Diagnostics;
using Xunit.Abstractions;

namespace HotStuff.Crypto.Tests;

/// <summary>A key is used by one process on a machine. Its second user here is a second process: this assembly, started as a program.</summary>
public sealed class KeyLockTests(ITestOutputHelper output) : IDisposable
{
    private readonly TestDirectory _directory = new();

    private string Key => Keep("replica-2.key");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_key_that_another_process_uses_is_refused_until_that_one_has_ended_even_by_a_kill()
    {
        using var other = Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { "exec", typeof(KeyLockTests).Assembly.Location, Key },
        })!;
        try
        {
            Assert.Equal("held", await other.StandardOutput.ReadLineAsync());
            AssertRefused(Key);
        }
        finally
        {
            other.Kill();
            await other.WaitForExitAsync();
        }

        using var mine = KeyLock.Acquire(Key);
        Assert.True(mine.IsHeld);
    }

    [Fact]
    public void A_key_is_free_again_when_the_lock_is_given_back_and_other_keys_are_free_all_the_time()
    {
        var first = KeyLock.Acquire(Key);
        AssertRefused(Key);
        using (var other = KeyLock.Acquire(Keep("replica-3.key")))
            Assert.True(other.IsHeld);
        first.Dispose();
        Assert.False(first.IsHeld);
        using var second = KeyLock.Acquire(Key);
        Assert.True(second.IsHeld);
    }

    [Fact]
    public void A_key_is_the_same_by_whatever_link_it_is_named()
    {
        if (OperatingSystem.IsWindows())
            return;
        var link = _directory.File("link.key");
        File.CreateSymbolicLink(link, Key);
        using var mine = KeyLock.Acquire(link);
        AssertRefused(Key);
    }

    [Fact]
    public void A_lock_file_that_was_left_and_that_this_user_may_only_read_is_locked_all_the_same()
    {
        KeyLock.Acquire(Key).Dispose();
        new FileInfo(Key + ".lock").IsReadOnly = true;
        using var mine = KeyLock.Acquire(Key);
        Assert.True(mine.IsHeld);
        AssertRefused(Key);
    }

    [Fact]
    public void A_key_in_a_directory_that_is_read_only_is_used_without_a_lock_and_says_so()
    {
        var mount = _directory.File("mount");
        Directory.CreateDirectory(mount);
        if (Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount) != 0)
        {
            output.WriteLine("skipped: only root may mount a read-only directory");
            return;
        }

        try
        {
            var key = Keep("mount/replica-2.key");
            Assert.Equal(0, Run("mount", "-o", "remount,ro", mount));
            using var none = KeyLock.Acquire(key);
            Assert.False(none.IsHeld);
        }
        finally
        {
            Run("umount", mount);
        }
    }

    [Fact]
    public void A_key_that_is_not_there_is_one_clear_line()
    {
        foreach (var nowhere in new[] { _directory.File("replica-2.key"), _directory.File("nowhere/replica-2.key") })
        {
            var message = Assert.Throws<ConfigurationProblemException>(() => KeyLock.Acquire(nowhere)).Message;
            Assert.Equal($"{nowhere}: cannot lock the file: there is no such file", message);
            Assert.False(File.Exists(nowhere + ".lock"));
        }
    }

    private string Keep(string name)
    {
        var path = _directory.File(name);
        File.WriteAllText(path, "a key");
        return path;
    }

    private static void AssertRefused(string key)
    {
        var message = Assert.Throws<ConfigurationProblemException>(() => KeyLock.Acquire(key)).Message;
        Assert.StartsWith($"{key}: another process on this machine runs with this key", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }

    private static int Main(string[] arguments)
    {
        using var held = KeyLock.Acquire(arguments[0]);
        Console.WriteLine(held.IsHeld ? "held" : "not held");
        Console.In.ReadLine();
        return 0;
    }
}
