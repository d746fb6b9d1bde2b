namespace HotStuff.Cluster;

/// <summary>Asks the gateway how the replica is, for somebody in this process; it answers with <see cref="OperatedNodeReport"/>.</summary>
/// <param name="WithDigest">Whether the digest of the state is wanted, which costs a pass over the state.</param>
internal sealed record ReportAsked(bool WithDigest);

/// <summary>How the replica is.</summary>
/// <param name="Report">For people.</param>
/// <param name="Peers">The links to the other replicas.</param>
internal sealed record OperatedNodeReport(NodeReport Report, PeersSnapshot Peers);
