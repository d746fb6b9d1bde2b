namespace HotStuff.Consensus;

/// <summary>
/// What distinguishes a variant of HotStuff: in which phases to vote, when, what to lock, what to commit. Pure functions of certificates and the block tree;
/// everything else (collection, certificates, sync, leaders, pacemaker) is shared.
/// </summary>
public interface IProtocolRules
{
    /// <summary>The name in the genesis file and on the command line, for example <c>chained</c>.</summary>
    string Name { get; }

    /// <summary>
    /// The phases of a view, in order, one at least. A certificate of one calls for votes of the next, which the view's leader collects; votes of the last go to
    /// the leader of the next view, and their certificate ends the view.
    /// </summary>
    IReadOnlyList<Phase> Phases { get; }

    /// <summary>
    /// Whether the leader of a view that began with a timeout certificate waits for certificates higher than those it knows
    /// (<see cref="PacemakerSettings.Delta"/>) before it proposes.
    /// </summary>
    bool WaitsAfterTimeout { get; }

    /// <summary>
    /// Whether the block may be voted for, in the first phase, with this lock (paper: safeNode). View, leader, earlier votes and complaints are checked elsewhere.
    /// </summary>
    bool MayVote(Block block, QuorumCertificate @lock, BlockTree tree);

    /// <summary>The lock after seeing <paramref name="seen"/>, a certificate of a block in the tree; never one of an earlier view.</summary>
    QuorumCertificate LockAfter(QuorumCertificate seen, QuorumCertificate @lock, BlockTree tree);

    /// <summary>The newest block that <paramref name="seen"/>, a certificate of a block in the tree, commits together with its ancestors; null when none.</summary>
    Block? CommitAfter(QuorumCertificate seen, BlockTree tree);
}

/// <summary>What follows from the phases of a variant.</summary>
public static class PhaseExtensions
{
    /// <summary>The phase after <paramref name="phase"/> in the same view; null when it is the last, or none of the variant's.</summary>
    public static Phase? PhaseAfter(this IProtocolRules rules, Phase phase)
    {
        for (var i = 0; i < rules.Phases.Count - 1; i++)
        {
            if (rules.Phases[i] == phase)
                return rules.Phases[i + 1];
        }

        return null;
    }

    /// <summary>Whether the certificate ends its view; the genesis block's ends view 0.</summary>
    public static bool EndsView(this IProtocolRules rules, QuorumCertificate certificate) =>
        certificate.View == View.Genesis || certificate.Statement.Phase == rules.Phases[^1];

    /// <summary>
    /// The latest view in which whoever has the certificate may be: the next one when it ends its view, otherwise its own, which a quorum has entered.
    /// </summary>
    public static View ViewOpenedBy(this IProtocolRules rules, QuorumCertificate certificate) =>
        rules.EndsView(certificate) ? certificate.View.Next : certificate.View;
}
