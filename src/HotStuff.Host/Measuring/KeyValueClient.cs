using System.Diagnostics;
using HotStuff.Client;
using HotStuff.Simulation;
using HotStuff.StateMachine;

namespace HotStuff.Host.Measuring;

/// <summary>A client session that sends commands about single keys, and notes in a history, if there is one, what was sent and answered when.</summary>
internal sealed class KeyValueClient(HotStuffClient client, CommandHistory? history)
{
    private static readonly long Epoch = Stopwatch.GetTimestamp();

    private static long Microseconds => Stopwatch.GetElapsedTime(Epoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Sends a command and waits for its result.</summary>
    /// <exception cref="HotStuffClientException">There is none. In the history the command has no answer: it may have run.</exception>
    public async Task<KeyValueResult> SubmitAsync(byte[] command, CancellationToken cancellationToken)
    {
        var operation = history?.Invoke(client.ClientId, Microseconds, command);
        var answer = await client.SubmitAsync(command, cancellationToken);
        if (answer.Status != CommandStatus.Executed || KeyValueResult.TryRead(answer.Result) is not { } result)
            throw new ProblemException($"a command was answered with {answer.Status} and no result");
        // A copy: the result keeps the whole reply alive that it came in.
        if (operation is { } number)
            history!.Return(number, Microseconds, answer.Result.ToArray());
        return result;
    }
}
