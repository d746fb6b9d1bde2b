namespace HotStuff.Client.Tests.Support;

internal static class Eventually
{
    /// <summary>How long anything may take on a busy machine.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Waits until something holds; fails when it does not before the deadline.</summary>
    public static async Task Holds(Func<bool> condition, string what)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!condition())
        {
            Assert.False(deadline.IsCancellationRequested, $"in vain waited for: {what}");
            await Task.Delay(1);
        }
    }

    /// <summary>The result of a task that must complete before the deadline.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Deadline);

    /// <inheritdoc cref="Soon{T}(Task{T})"/>
    public static Task Soon(this Task task) => task.WaitAsync(Deadline);

    /// <inheritdoc cref="Soon{T}(Task{T})"/>
    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Deadline);
}
