using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Client;

/// <summary>To which replica a segment of commands goes first.</summary>
public enum GatewayChoice
{
    /// <summary>Each segment to the next connected replica; one that is alone to the replica that proposes next, when f+1 have said which that is.</summary>
    RoundRobin,

    /// <summary>All segments to the first connected replica, beginning at <see cref="ClientOptions.PreferredGateway"/>.</summary>
    Sticky,
}

/// <summary>How a <see cref="HotStuffClient"/> behaves.</summary>
public sealed record ClientOptions
{
    /// <summary>Who the replicas are, where they listen for clients, and by which keys their replies are recognized.</summary>
    public required Genesis Genesis { get; init; }

    /// <summary>Where time comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// The session's identifier; null chooses one at random. A session must never be used by two clients, nor again by a later one.
    /// </summary>
    public ClientId? ClientId { get; init; }

    /// <summary>
    /// The most commands submitted and not answered, 1 and up; no more than the genesis file's client window is used. Further commands
    /// wait.
    /// </summary>
    public int MaxOutstanding { get; init; } = 4096;

    /// <summary>The most commands in one segment, 1 and up; no more than the replicas allow is used.</summary>
    public int MaxBatchCommands { get; init; } = 1024;

    /// <summary>The most bytes of commands in one segment, 1 and up; no more than the replicas allow is used.</summary>
    public int MaxBatchBytes { get; init; } = 128 * 1024;

    /// <summary>When unanswered commands are sent again, to other replicas; doubles with each time, up to eight times this.</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>When a command or a query fails for want of an answer.</summary>
    public TimeSpan OverallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long <see cref="HotStuffClient.ConnectAsync"/> waits for f+1 replicas.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>To which replica a segment goes first.</summary>
    public GatewayChoice Gateways { get; init; } = GatewayChoice.RoundRobin;

    /// <summary>Where <see cref="GatewayChoice.Sticky"/> begins, 0 to n-1.</summary>
    public int PreferredGateway { get; init; }

    /// <summary>The first rule that these options break, as one line; null when they are fine.</summary>
    public string? Problem() => this switch
    {
        { MaxOutstanding: < 1 } => $"MaxOutstanding is {MaxOutstanding}; allowed are 1 and more",
        { MaxBatchCommands: < 1 } => $"MaxBatchCommands is {MaxBatchCommands}; allowed are 1 and more",
        { MaxBatchBytes: < 1 } => $"MaxBatchBytes is {MaxBatchBytes}; allowed are 1 and more",
        _ when ResendAfter <= TimeSpan.Zero => $"ResendAfter is {ResendAfter}; it must be more than nothing",
        _ when OverallTimeout <= TimeSpan.Zero => $"OverallTimeout is {OverallTimeout}; it must be more than nothing",
        _ when ConnectTimeout <= TimeSpan.Zero => $"ConnectTimeout is {ConnectTimeout}; it must be more than nothing",
        _ => null,
    };
}
