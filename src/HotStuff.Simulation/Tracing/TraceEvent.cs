namespace HotStuff.Simulation;

/// <summary>What a line of a trace tells.</summary>
public enum TraceKind
{
    /// <summary>A message arrives.</summary>
    Message,

    /// <summary>A message is lost.</summary>
    Lost,

    /// <summary>A replica writes its record and flushes.</summary>
    Persist,

    /// <summary>A replica enters a view.</summary>
    View,

    /// <summary>A replica commits blocks.</summary>
    Commit,

    /// <summary>A timer of a replica runs out.</summary>
    Timer,

    /// <summary>A replica stops.</summary>
    Crash,

    /// <summary>A replica starts.</summary>
    Start,

    /// <summary>A client does or learns something.</summary>
    Client,

    /// <summary>Something about all: a fault begins, GST, a violation.</summary>
    Note,
}

/// <summary>One event of a run.</summary>
/// <param name="At">When, since the start.</param>
/// <param name="Kind">What it is.</param>
/// <param name="From">The replica that it happens to, or that sent the message; -1 for none.</param>
/// <param name="To">The replica that gets the message; -1 for none.</param>
/// <param name="Text">What it says.</param>
public sealed record TraceEvent(TimeSpan At, TraceKind Kind, int From, int To, string Text);
