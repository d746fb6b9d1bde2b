namespace HotStuff.Host.Local;

/// <summary>
/// The child's end of the pipe from its parent. The pipe closes when the parent asks the child to stop and also when the parent dies, however it dies,
/// so no child outlives it.
/// </summary>
internal static class ParentPipe
{
    /// <summary>Cancels <paramref name="stop"/> when standard input ends.</summary>
    public static void Watch(CancellationTokenSource stop)
    {
        // A thread of its own: reads of the console's standard input block whatever they are called.
        var thread = new Thread(() =>
        {
            Span<byte> buffer = stackalloc byte[64];
            using var input = Console.OpenStandardInput();
            while (input.Read(buffer) > 0)
            {
                // Nothing is ever said; only the end matters.
            }

            stop.Cancel();
        })
        {
            IsBackground = true,
            Name = "parent pipe",
        };
        thread.Start();
    }
}
