namespace HotStuff.Cluster;

/// <summary>
/// The kinds of frames on the wire: a letter and the version of the encoding. A new version is read by all replicas before any replica writes it.
/// </summary>
public static class Manifests
{
    /// <summary>A leader's block.</summary>
    public const string Proposal = "P1";

    /// <summary>A vote.</summary>
    public const string Vote = "V1";

    /// <summary>A complaint.</summary>
    public const string Complaint = "C1";

    /// <summary>The certificates into a later view.</summary>
    public const string NextView = "N1";

    /// <summary>Commands for the next leader.</summary>
    public const string PassOn = "S1";

    /// <summary>A request for blocks.</summary>
    public const string BlockRequest = "Q1";

    /// <summary>Blocks that were asked for.</summary>
    public const string BlockResponse = "R1";

    /// <summary>A request for committed blocks by height.</summary>
    public const string RangeRequest = "Q2";

    /// <summary>Committed blocks that were asked for by height.</summary>
    public const string RangeResponse = "R2";

    /// <summary>A replica's part of a checkpoint certificate.</summary>
    public const string CheckpointShare = "K1";

    /// <summary>A checkpoint certificate.</summary>
    public const string CheckpointNotice = "T1";

    /// <summary>A request for a piece of a snapshot.</summary>
    public const string SnapshotRequest = "Q3";

    /// <summary>A piece of a snapshot.</summary>
    public const string SnapshotResponse = "R3";

    /// <summary>What a replica asks after a start.</summary>
    public const string Inquiry = "I1";

    /// <summary>What it is answered.</summary>
    public const string Recollection = "A1";

    /// <summary>A challenge.</summary>
    public const string Hello = "H2";

    /// <summary>The answer to a challenge.</summary>
    public const string LinkProof = "L2";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Proposal, Vote, Complaint, NextView, PassOn, BlockRequest, BlockResponse, RangeRequest, RangeResponse, CheckpointShare, CheckpointNotice, SnapshotRequest,
        SnapshotResponse, Inquiry, Recollection, Hello, LinkProof,
    ];
}
