using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>
/// Hides the latest quorum certificates wherever a timeout certificate does as well: shows an older one in its NextViews, and proposes on an older certified
/// block.
/// </summary>
public sealed class StaleProposer(Notebook notes, Random random) : Misbehaviour(notes, random)
{
    private readonly Dictionary<ReplicaId, View> _lastLie = [];

    /// <inheritdoc/>
    protected override IEnumerable<Effect> InsteadOf(ByzantineContext self, Effect effect)
    {
        switch (MessageOf(effect))
        {
            case NextView { TimeoutCertificate: not null } next when MayLie(self, effect) && Older(self, next.HighQc) is { } older:
                Act();
                return [With(effect, next with { HighQc = older })];
            case Proposal proposal when OnOlder(self, proposal.Block) is { } stale:
                Act();
                return [With(effect, stale), .. self.Votes(stale.Block).SelectMany(self.ToOthers)];
            default:
                return [effect];
        }
    }

    /// <summary>Once to everybody in each view: who is behind is answered, and two such replicas would answer each other for ever.</summary>
    private bool MayLie(ByzantineContext self, Effect effect)
    {
        var (to, view) = (effect is Effect.Send send ? send.To : self.Id(), self.Replica.Status.View);
        if (_lastLie.GetValueOrDefault(to) == view)
            return false;
        _lastLie[to] = view;
        return true;
    }

    private Proposal? OnOlder(ByzantineContext self, Block block)
    {
        if (self.Replica.Record.HighTc is not { } entry || entry.View.Next != block.View || Older(self, block.Justify) is not { } justify)
            return null;
        var parent = BlockOf(self, justify)!;
        var stale = Block.Create(
            self.Committee.Chain,
            block.Epoch,
            block.View,
            parent.Height.Next,
            self.Id(),
            justify,
            block.Segments,
            self.Leaders.SuspensionsAfter(parent, block.View));
        return self.Propose(stale, entry);
    }

    /// <summary>A certificate older than <paramref name="newest"/> that a block may be built on; null when none is known.</summary>
    private QuorumCertificate? Older(ByzantineContext self, QuorumCertificate newest)
    {
        var older = Notes.Certificates.Where(qc => qc.View < newest.View && BlockOf(self, qc) is not null).OrderByDescending(qc => qc.View).ToList();
        // Mostly the next older one: the older, the surer it is refused.
        return older.Count == 0 ? null : older[Math.Min(Random.Next(4), Random.Next(older.Count))];
    }

    private Block? BlockOf(ByzantineContext self, QuorumCertificate certificate) =>
        certificate.View == View.Genesis ? Block.Genesis(self.Committee.Chain) : Notes.Blocks.GetValueOrDefault(certificate.Block);
}
