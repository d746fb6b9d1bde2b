using System.Buffers;
using HotStuff.Consensus;

namespace HotStuff.StateMachine;

/// <summary>
/// What makes execution happen exactly once: for each client which of its commands have run, and the results that it may ask for again. It
/// is part of the replicated state: a function of the segments executed, in their order, and nothing else.
/// </summary>
/// <remarks>
/// <para>The rule, for a command with sequence number s of a client, where <c>low</c> is the highest number up to which all of the
/// client's commands have run (0 at first), <c>highest</c> the highest that has run, and W is
/// <see cref="ProtocolLimits.ClientWindow"/>:</para>
/// <list type="number">
/// <item>s has run and s is at most highest - W: <see cref="CommandStatus.ResultForgotten"/>.</item>
/// <item>s has run otherwise: the result of the first time, if it is kept, else <see cref="CommandStatus.ResultForgotten"/>.</item>
/// <item>s is above low + W: <see cref="CommandStatus.OutsideWindow"/>, and it does not run.</item>
/// <item>Otherwise it runs, and its result is kept.</item>
/// </list>
/// <para>Space: results are kept as the flat buffers that went to the clients, one for each segment. All together take at most
/// <see cref="MaxKeptBytes"/>, beyond which the oldest of whatever client are forgotten, so that many clients with large results cannot
/// fill the memory. One segment's results take <see cref="ProtocolLimits.MaxBlockBytes"/> (and two bytes for each command): a result that
/// does not fit any more is forgotten at once, so that short commands with long results cannot either. Commands run exactly once in any
/// case. A client that sends in order and has no results kept costs about 200 bytes; one with gaps at most W/8 bytes more.</para>
/// <para>Beyond <see cref="ProtocolLimits.MaxSessions"/> clients the one whose last segment was executed longest ago is forgotten as if it
/// had never been. The consequence: should copies of its commands still be on their way, or the client go on with the same identity, they
/// may run again. So the limit must be above the number of clients active within the time that a copy may take, and a client that was
/// silent for long starts a new session.</para>
/// </remarks>
public sealed partial class ClientTable
{
    /// <summary>What is counted for each buffer of results beside its bytes, for the objects that hold it.</summary>
    private const int Overhead = 256;

    private readonly ProtocolLimits _limits;
    private readonly Dictionary<ClientId, ClientSession> _sessions = [];
    private readonly LinkedList<ClientSession> _byActivity = [];
    private readonly LinkedList<KeptResults> _kept = [];
    private readonly ResultWriter _results = new();
    private readonly List<Run> _runs = [];

    /// <summary>An empty table.</summary>
    public ClientTable(ProtocolLimits limits) => _limits = limits;

    /// <summary>How many clients are remembered.</summary>
    public int Sessions => _sessions.Count;

    /// <summary>Bytes that results take now, up to <see cref="MaxKeptBytes"/>.</summary>
    public long KeptBytes { get; private set; }

    /// <summary>Bytes that results may take: those of 64 full blocks.</summary>
    public long MaxKeptBytes => 64L * _limits.MaxBlockBytes;

    /// <summary>What happened since the process started. Not part of the state.</summary>
    public ClientTableCounters Counters { get; private init; } = new();

    /// <summary>Applies those commands of a segment that have not run, and returns the results of all.</summary>
    public SegmentResults Execute(CommandSegment segment, IStateMachine machine)
    {
        if (FindOrOpen(segment) is not { } session)
            return AllOutsideWindow(segment);

        if (FindSame(session, segment) is { } same)
        {
            Counters.DuplicatesSuppressed += segment.Count;
            return same;
        }

        Apply(session, segment, machine);
        var results = new SegmentResults(segment.Client, segment.FirstSequence, segment.Count, _results.Written.ToArray());
        Keep(session, results);
        return results;
    }

    // The client's session, a new one if need be, as the one most recently active; null when it is new and nothing of the segment may run.
    private ClientSession? FindOrOpen(CommandSegment segment)
    {
        if (_sessions.TryGetValue(segment.Client, out var session))
        {
            _byActivity.Remove(session.Activity);
            _byActivity.AddLast(session.Activity);
            return session;
        }

        if (segment.FirstSequence > _limits.ClientWindow)
            return null;
        if (_sessions.Count == _limits.MaxSessions)
            Evict(_byActivity.First!.Value);
        return Open(segment.Client, new SequenceWindow());
    }

    private ClientSession Open(ClientId client, SequenceWindow window)
    {
        var session = new ClientSession(client, window);
        _sessions.Add(client, session);
        _byActivity.AddLast(session.Activity);
        return session;
    }

    private void Evict(ClientSession session)
    {
        while (!session.Kept.IsEmpty)
            Forget(session.Kept[0]);
        _byActivity.Remove(session.Activity);
        _sessions.Remove(session.Client);
        Counters.SessionsEvicted++;
    }

    private SegmentResults AllOutsideWindow(CommandSegment segment)
    {
        _results.Clear();
        for (var i = 0; i < segment.Count; i++)
            _results.WriteStatus(CommandStatus.OutsideWindow);
        Counters.OutsideWindow += segment.Count;
        return new SegmentResults(segment.Client, segment.FirstSequence, segment.Count, _results.Written.ToArray());
    }

    // The usual duplicate is the whole segment once more: its results are there as they were.
    private SegmentResults? FindSame(ClientSession session, CommandSegment segment) =>
        !IsForgotten(session, segment.FirstSequence) && session.Find(segment.FirstSequence) is { } results
        && results.FirstSequence == segment.FirstSequence && results.Count == segment.Count
            ? results
            : null;

    private bool IsForgotten(ClientSession session, long sequence) => sequence <= session.Window.Highest - _limits.ClientWindow;

    // Fills _results with the results of all, and _runs with which of them are new.
    private void Apply(ClientSession session, CommandSegment segment, IStateMachine machine)
    {
        _results.Clear();
        _runs.Clear();
        var window = session.Window;
        var run = default(Run);
        var sequence = segment.FirstSequence;
        foreach (var command in segment)
        {
            if (sequence <= window.Low + _limits.ClientWindow && !window.Contains(sequence))
            {
                if (run.Count == 0)
                    run = new Run(sequence, 0, _results.Length, 0);
                _results.OpenResult();
                machine.Apply(command.Span, _results);
                _results.CloseResult(_limits.MaxBlockBytes);
                window.Add(sequence);
                run = run with { Count = run.Count + 1 };
            }
            else
            {
                EndRun(ref run);
                WriteOld(session, sequence);
            }

            sequence++;
        }

        EndRun(ref run);
    }

    private void EndRun(ref Run run)
    {
        if (run.Count == 0)
            return;
        _runs.Add(run with { End = _results.Length });
        Counters.CommandsExecuted += run.Count;
        run = default;
    }

    private void WriteOld(ClientSession session, long sequence)
    {
        if (!session.Window.Contains(sequence))
        {
            _results.WriteStatus(CommandStatus.OutsideWindow);
            Counters.OutsideWindow++;
            return;
        }

        Counters.DuplicatesSuppressed++;
        if (!IsForgotten(session, sequence) && session.Find(sequence)?.Find(sequence) is { Status: CommandStatus.Executed } kept)
        {
            _results.OpenResult();
            _results.Write(kept.Result.Span);
            _results.CloseResult(_limits.MaxBlockBytes);
        }
        else
        {
            _results.WriteStatus(CommandStatus.ResultForgotten);
        }
    }

    private void Keep(ClientSession session, SegmentResults results)
    {
        foreach (var run in _runs)
        {
            // Usually everything is new and the buffer is shared; else each new run is copied, so that no small slice holds a large buffer.
            Keep(new KeptResults(session, run.Count == results.Count
                ? results
                : new SegmentResults(session.Client, run.First, run.Count, results.Encoded[run.Start..run.End].ToArray())));
        }

        while (!session.Kept.IsEmpty && IsForgotten(session, session.Kept[0].Value.Results.LastSequence))
            Forget(session.Kept[0]);
        while (KeptBytes > MaxKeptBytes)
            Forget(_kept.First!);
    }

    private void Keep(KeptResults kept)
    {
        kept.Owner.Keep(_kept.AddLast(kept));
        KeptBytes += kept.Results.Encoded.Length + Overhead;
    }

    private void Forget(LinkedListNode<KeptResults> node)
    {
        KeptBytes -= node.Value.Results.Encoded.Length + Overhead;
        node.Value.Owner.Forget(node);
        _kept.Remove(node);
    }

    // A row of commands that ran just now: where its results are in the segment's.
    private readonly record struct Run(long First, int Count, int Start, int End);
}
