namespace HotStuff.Consensus;

/// <summary>
/// What a replica must remember before it signs: losing it could make the replica contradict itself. Written and flushed before any signature
/// that depends on it leaves (see <see cref="SafetyRules"/>).
/// </summary>
/// <param name="Epoch">The epoch of everything below.</param>
/// <param name="LastVote">The vote of the highest view voted in, to be repeated but never contradicted; null before the first.</param>
/// <param name="LastProposal">View and block of the last own proposal; null before the first.</param>
/// <param name="HighestComplaint">The highest view complained about; view 0 when none.</param>
/// <param name="Lock">The certificate of the locked block (paper: lockedQC).</param>
/// <param name="HighQc">The highest quorum certificate known (paper: genericQC, prepareQC).</param>
/// <param name="HighTc">The highest timeout certificate known.</param>
/// <param name="Floor">
/// View 0, or, after an earlier record was lost, a view up to which this replica may have signed what it forgot: it signs nothing in it or below, and votes for no block whose
/// justify is not above it.
/// </param>
public sealed record SafetyRecord(
    Epoch Epoch,
    Vote? LastVote,
    VoteStatement? LastProposal,
    View HighestComplaint,
    QuorumCertificate Lock,
    QuorumCertificate HighQc,
    TimeoutCertificate? HighTc,
    View Floor = default)
{
    /// <summary>The record of a replica that has never signed anything.</summary>
    public static SafetyRecord Initial(QuorumCertificate genesis) =>
        new(Epoch.Genesis, null, null, View.Genesis, genesis, genesis, null);
}
