using System.Globalization;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Simulation;

/// <summary>
/// What clients were told, checked as it comes. Each command adds one to a counter that all clients share, so its answer is its place in the order of execution: ExecutedOnce
/// says that no two are alike, Linearizable that who asks after somebody was told something is told more, AcknowledgedIsKept that what was answered is in the chain.
/// </summary>
/// <param name="isCommitted">Whether a client's command of that sequence number is in a committed block.</param>
public sealed class History(Func<ClientId, long, bool> isCommitted)
{
    private readonly HashSet<long> _told = [];
    private long _highest;

    /// <summary>How many commands were answered.</summary>
    public int Answers => _told.Count;

    /// <summary>A command is given. Answers what <see cref="Answered"/> wants to know of that moment.</summary>
    public long Given() => _highest;

    /// <summary>A client believes an answer.</summary>
    /// <param name="client">Who.</param>
    /// <param name="sequence">To which of its commands.</param>
    /// <param name="result">The result, as the state machine encodes it.</param>
    /// <param name="given">What <see cref="Given"/> answered when the command was given.</param>
    /// <exception cref="InvariantBrokenException">It cannot be.</exception>
    public void Answered(ClientId client, long sequence, ReadOnlyMemory<byte> result, long given)
    {
        if (!isCommitted(client, sequence))
            throw new InvariantBrokenException("AcknowledgedIsKept", $"client {client.Value} was told that {sequence} ran, which is in no committed block");
        if (KeyValueResult.TryRead(result) is not { Status: KeyValueStatus.Value } read
            || !long.TryParse(read.Value.Span, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value))
        {
            throw new InvariantBrokenException("AcknowledgedIsKept", $"client {client.Value} was told something that is no number for {sequence}");
        }

        if (!_told.Add(value))
            throw new InvariantBrokenException("ExecutedOnce", $"two commands were answered with {value}, one of them {sequence} of client {client.Value}");
        if (value <= given)
            throw new InvariantBrokenException("Linearizable", $"{sequence} of client {client.Value} was answered with {value} after somebody had been told {given}");
        _highest = Math.Max(_highest, value);
    }
}
