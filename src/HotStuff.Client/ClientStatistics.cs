namespace HotStuff.Client;

/// <summary>What a client has counted since it connected.</summary>
/// <param name="Connected">Replicas connected now.</param>
/// <param name="SegmentsSent">Segments sent for the first time.</param>
/// <param name="Resends">Segments sent again.</param>
/// <param name="RepliesCounted">Messages with results that were verified and counted.</param>
/// <param name="RepliesNotNeeded">Messages with results that came when all of them were decided, and were not verified.</param>
/// <param name="BadSignatures">Messages with results that the replica did not sign, or that are not results: not counted.</param>
/// <param name="Disagreements">Results that differed from another replica's for the same command.</param>
/// <param name="Rejections">Segments that a replica did not take.</param>
/// <param name="Malformed">Messages that could not be read; each cost the replica its connection.</param>
public sealed record ClientStatistics(
    int Connected,
    long SegmentsSent,
    long Resends,
    long RepliesCounted,
    long RepliesNotNeeded,
    long BadSignatures,
    long Disagreements,
    long Rejections,
    long Malformed);
