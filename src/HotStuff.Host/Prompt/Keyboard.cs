namespace HotStuff.Host.Prompt;

/// <summary>The keys of the terminal, Ctrl-C among them. Waiting for one can be given up, and the key comes to who waits next.</summary>
internal sealed class Keyboard : IDisposable
{
    private Task<ConsoleKeyInfo>? _pending;

    public Keyboard() => Console.TreatControlCAsInput = true;

    /// <summary>Waits for a key.</summary>
    public async Task<ConsoleKeyInfo> NextAsync(CancellationToken cancellationToken)
    {
        // A read from the console cannot be cancelled; it goes on, and who waits next has its key.
        _pending ??= Task.Run(() => Console.ReadKey(intercept: true), CancellationToken.None);
        var key = await _pending.WaitAsync(cancellationToken);
        _pending = null;
        return key;
    }

    /// <summary>Waits for Ctrl-C, Escape or q. All other keys are lost.</summary>
    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        while (await NextAsync(cancellationToken) is var key
            && key.Key is not (ConsoleKey.Escape or ConsoleKey.Q)
            && !(key.Key == ConsoleKey.C && key.Modifiers.HasFlag(ConsoleModifiers.Control)))
        {
            // Somebody types ahead.
        }
    }

    public void Dispose() => Console.TreatControlCAsInput = false;
}
