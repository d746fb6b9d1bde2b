using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;

namespace HotStuff.Operator;

/// <summary>One operator's connection, from its first byte to its last.</summary>
internal sealed class CommandSession(CommandHostOptions options, byte[]? tokenDigest, CommandCatalog catalog, OperatorContext context, string caller)
{
    /// <summary>Serves it until it ends. Whatever the other side does, this does not throw.</summary>
    public async Task RunAsync(Stream stream, CancellationToken stop)
    {
        try
        {
            await using var secured = await SecureAsync(stream, stop);
            var frames = new FrameChannel(secured, FrameChannel.MaxCallerFrame);
            if (!await IsWelcomeAsync(frames, stop))
                return;
            while (await frames.ReadAsync<CallerMessage>(options.IdleBound, options.MessageBound, options.TimeProvider, stop) is CallerMessage.Run run
                && await AnswerAsync(frames, run.Words, stop))
            {
                // As long as the caller has commands.
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException or AuthenticationException or SocketException or ObjectDisposedException)
        {
            // The other side is gone, too slow, or speaks something else: there is nobody to tell.
        }
    }

    private async Task<Stream> SecureAsync(Stream stream, CancellationToken stop)
    {
        if (options.Security is not { } security)
            return stream;
        using var late = new CancellationTokenSource(options.MessageBound, options.TimeProvider);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        return await security.AsNodeAsync(stream, bound.Token);
    }

    private async Task<bool> IsWelcomeAsync(FrameChannel frames, CancellationToken stop)
    {
        if (await frames.ReadAsync<CallerMessage>(options.MessageBound, options.MessageBound, options.TimeProvider, stop) is not CallerMessage.Hello hello)
            return false;
        var refusal = tokenDigest is not null && !IsToken(hello.Token) ? "a token is asked for (--token-file), and this is not it"
            : hello.Version != CallerMessage.CurrentVersion ? $"the program speaks version {hello.Version} of operator commands; allowed: {CallerMessage.CurrentVersion}"
            : null;
        NodeMessage answer = refusal is null
            ? new NodeMessage.Welcome(context.Name, context.Chain, typeof(CommandSession).Assembly.GetName().Version?.ToString(3) ?? "")
            : new NodeMessage.Refusal(refusal, IsUsage: true);
        await WriteAsync(frames, answer, stop);
        return refusal is null;
    }

    // Digests, so that the time says nothing about the length either.
    private bool IsToken(string? shown) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(shown ?? "")), tokenDigest);

    /// <summary>Answers one command; false when the connection is over with it.</summary>
    private async Task<bool> AnswerAsync(FrameChannel frames, string?[] words, CancellationToken stop)
    {
        switch (await RunAsync(words, stop))
        {
            case LineStream stream:
                await StreamAsync(frames, stream, stop);
                return false;
            case CommandResult result:
                try
                {
                    return await WriteAsync(frames, new NodeMessage.Result(result), stop)
                        || await WriteAsync(frames, new NodeMessage.Refusal($"the answer is longer than {FrameChannel.MaxNodeFrame} bytes; ask for less", IsUsage: false), stop);
                }
                finally
                {
                    result.Afterwards?.Invoke();
                }

            case Refused refused:
                return await WriteAsync(frames, new NodeMessage.Refusal(refused.Message, refused.IsUsage), stop);
            default:
                return false;
        }
    }

    private async Task<CommandAnswer> RunAsync(string?[] words, CancellationToken stop)
    {
        if (words.Length > CallerMessage.MaxWords || words.Contains(null))
            return new Refused($"a command has at most {CallerMessage.MaxWords} words", IsUsage: true);

        using var late = new CancellationTokenSource(options.CommandBound, options.TimeProvider);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            return await catalog.RunAsync(words!, context, caller, bound.Token);
        }
        catch (CommandProblemException problem)
        {
            return new Refused(problem.Message, problem.IsUsage);
        }
        catch (Exception exception) when (exception is TimeoutException || (exception is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return new Refused("the node did not answer in time", IsUsage: false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A command meets a node that is just stopping, for example. The operator is told, and nothing else is the worse for it.
            return new Refused($"the command failed: {exception.Message.ReplaceLineEndings(" ")}", IsUsage: false);
        }
    }

    private async Task StreamAsync(FrameChannel frames, LineStream stream, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var leaving = EndWhenSpokenToAsync(frames, end);
        try
        {
            await foreach (var line in stream.Lines.WithCancellation(end.Token))
                await WriteAsync(frames, new NodeMessage.Line(line), end.Token);
            await WriteAsync(frames, new NodeMessage.End(), end.Token);
        }
        finally
        {
            await end.CancelAsync();
            await leaving;
        }
    }

    /// <summary>Who watches says nothing: whatever comes, the end of the connection above all, ends the lines.</summary>
    private async Task EndWhenSpokenToAsync(FrameChannel frames, CancellationTokenSource end)
    {
        try
        {
            await frames.ReadAsync<CallerMessage>(Timeout.InfiniteTimeSpan, options.MessageBound, options.TimeProvider, end.Token);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException or ObjectDisposedException)
        {
            // That is what was waited for.
        }
        finally
        {
            await end.CancelAsync();
        }
    }

    private async Task<bool> WriteAsync(FrameChannel frames, NodeMessage message, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(options.MessageBound, options.TimeProvider);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        return await frames.WriteAsync(message, FrameChannel.MaxNodeFrame, bound.Token);
    }

    private sealed record Refused(string Message, bool IsUsage) : CommandAnswer;
}
