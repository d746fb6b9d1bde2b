namespace HotStuff.Crypto.Tests;

public sealed class KeyLockTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hotstuff-lock-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_key_is_locked_once_and_again_when_it_was_let_go()
    {
        var key = Path.Combine(_directory, "replica-0.key");
        using (var held = KeyLock.Acquire(key))
        {
            Assert.True(held.IsHeld);
            var message = Assert.Throws<ConfigurationProblemException>(() => KeyLock.Acquire(key)).Message;
            Assert.StartsWith($"{key}: another process uses this key", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
            using var other = KeyLock.Acquire(Path.Combine(_directory, "replica-1.key"));
        }

        using var again = KeyLock.Acquire(key);
        Assert.True(again.IsHeld);
    }

    [Fact]
    public void Where_nothing_can_be_written_there_is_no_lock_and_no_error()
    {
        using var unheld = KeyLock.Acquire("/proc/replica-0.key");
        Assert.False(unheld.IsHeld);
    }
}
