namespace HotStuff.StateMachine;

/// <summary>What became of a command.</summary>
public enum CommandStatus : byte
{
    /// <summary>It ran, now or earlier, and this is its result: the same bytes for the first copy and for every later one.</summary>
    Executed = 0,

    /// <summary>
    /// It ran, exactly once, but its result is not kept (any more): it lies a window or more behind the client's highest executed command,
    /// or results took more space than the table gives them (<see cref="ClientTable"/>).
    /// </summary>
    ResultForgotten = 1,

    /// <summary>It did not run: its sequence number is further ahead of the client's unexecuted ones than the window is wide.</summary>
    OutsideWindow = 2,
}
