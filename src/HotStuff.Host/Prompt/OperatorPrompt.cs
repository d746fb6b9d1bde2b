using HotStuff.Operator;

namespace HotStuff.Host.Prompt;

/// <summary>Takes one command after another: from a person at a terminal, or as lines from a file or a pipe.</summary>
internal static class OperatorPrompt
{
    private static readonly string[] OwnWords = ["help", "exit"];

    /// <summary>Asks a person until <c>exit</c> or Ctrl-D.</summary>
    public static async Task<int> AskAsync(CommandEndpoint endpoint, bool asJson, CancellationToken cancellationToken)
    {
        await using var session = new OperatorSession(endpoint, Console.Out, asJson);
        var client = await session.ConnectAsync(cancellationToken);
        Console.Out.WriteLine($"{client.Name}{(client.Chain is { } chain ? $" of chain {chain}" : "")}. Tab completes, help lists the commands, Ctrl-C ends a tail, exit ends all.");
        var prompt = $"{client.Name} {endpoint}> ";
        using var keyboard = new Keyboard();
        var editor = new LineEditor(
            keyboard.NextAsync, Console.Out, () => Console.WindowWidth, line => CommandWords.Completions(OperatorPalettes.Catalog, line, OwnWords));
        while (await editor.ReadLineAsync(prompt, cancellationToken) is { } line)
        {
            var words = CommandWords.Split(line);
            if (words is ["exit" or "quit"])
                break;
            if (words.Count > 0)
                await RunAsync(session, words, keyboard, cancellationToken);
        }

        return ExitCode.Ok;
    }

    /// <summary>Does what lines say, to their end or <c>exit</c>; empty ones and those that begin with # say nothing.</summary>
    /// <returns>The exit code of the worst of them.</returns>
    public static async Task<int> ReadAsync(CommandEndpoint endpoint, bool asJson, TextReader lines, CancellationToken cancellationToken)
    {
        await using var session = new OperatorSession(endpoint, Console.Out, asJson);
        var worst = ExitCode.Ok;
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            var words = CommandWords.Split(line);
            if (words is ["exit" or "quit"])
                break;
            if (words.Count == 0 || words[0].StartsWith('#'))
                continue;
            try
            {
                await session.RunAsync(words, cancellationToken);
            }
            catch (CommandProblemException problem)
            {
                Console.Error.WriteLine($"hotstuff: {problem.Message}");
                worst = Math.Max(worst, problem.IsUsage ? ExitCode.BadUsage : ExitCode.Failed);
            }
        }

        return worst;
    }

    /// <summary>Runs a command that Ctrl-C ends, and q or Escape, too.</summary>
    private static async Task RunAsync(OperatorSession session, IReadOnlyList<string> words, Keyboard keyboard, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = session.RunAsync(words, end.Token);
        var ending = keyboard.WaitForEndAsync(end.Token);
        await Task.WhenAny(running, ending);
        await end.CancelAsync();
        try
        {
            await running;
        }
        catch (Exception problem) when (problem is CommandProblemException or CommandConnectionException)
        {
            Console.Out.WriteLine(problem.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Console.Out.WriteLine("not waited for any longer");
        }
    }
}
