namespace HotStuff.Cluster;

/// <summary>What an operator asks of the consensus actor.</summary>
internal abstract record OperatorRequest
{
    /// <summary>Take no part in consensus from now on.</summary>
    public sealed record Pause : OperatorRequest;

    /// <summary>Take part again.</summary>
    public sealed record Resume : OperatorRequest;

    /// <summary>Give up the view that the replica is in.</summary>
    public sealed record GiveUpView : OperatorRequest;

    /// <summary>Tell the sender a <see cref="FeedFrame"/> with what happened since the last one, and go on noting, until <see cref="EndFeed"/>.</summary>
    public sealed record TakeFrame : OperatorRequest;

    /// <summary>Nobody watches any more.</summary>
    public sealed record EndFeed : OperatorRequest;
}
