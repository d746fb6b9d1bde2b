namespace HotStuff.Client.Sessions;

/// <summary>Commands that wait for room in the window.</summary>
internal sealed class Submission(object owner, ReadOnlyMemory<ReadOnlyMemory<byte>> commands, long tag, long createdAt)
{
    /// <summary>Who gets the outcomes.</summary>
    public object Owner { get; } = owner;

    public ReadOnlyMemory<ReadOnlyMemory<byte>> Commands { get; } = commands;

    public long Tag { get; } = tag;

    public long CreatedAt { get; } = createdAt;

    /// <summary>How many of the commands are under way.</summary>
    public int Admitted { get; set; }

    /// <summary>Whether the others are wanted no more.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Completes when all are under way, or fails when that will not be.</summary>
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
