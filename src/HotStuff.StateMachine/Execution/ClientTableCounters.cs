namespace HotStuff.StateMachine;

/// <summary>
/// What a <see cref="ClientTable"/> did since the process started: for people and dashboards, not part of the replicated state.
/// </summary>
public sealed class ClientTableCounters
{
    /// <summary>Commands that ran.</summary>
    public long CommandsExecuted { get; internal set; }

    /// <summary>Commands that came again and did not run again.</summary>
    public long DuplicatesSuppressed { get; internal set; }

    /// <summary>Commands that did not run because they were too far ahead.</summary>
    public long OutsideWindow { get; internal set; }

    /// <summary>Clients forgotten to make room for others.</summary>
    public long SessionsEvicted { get; internal set; }
}
