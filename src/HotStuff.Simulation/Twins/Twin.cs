using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>
/// One of twins: follows the protocol, except that in some views it proposes, and votes for, a block on the genesis block instead, if a timeout certificate
/// allows it. Honest leaders always propose on a certificate that no lock is above; without a leader that does not, nobody's lock would ever be needed.
/// </summary>
/// <param name="stale">The views in which it does so.</param>
internal sealed class Twin(Func<View, bool> stale) : IBehaviour
{
    public long Acts { get; private set; }

    public IEnumerable<Effect> Instead(ByzantineContext self, ReplicaEvent happened, ImmutableArray<Effect> effects)
    {
        foreach (var effect in effects)
        {
            if (effect is not Effect.Broadcast { Message: Proposal proposal } || !stale(proposal.Block.View)
                || self.Replica.Record.HighTc is not { } entry || entry.View.Next != proposal.Block.View)
            {
                yield return effect;
                continue;
            }

            Acts++;
            var chain = self.Committee.Chain;
            var block = Block.Create(
                chain,
                proposal.Block.Epoch,
                proposal.Block.View,
                Height.Genesis.Next,
                self.Id(),
                Block.GenesisCertificate(chain),
                proposal.Block.Segments);
            yield return new Effect.Broadcast(self.Propose(block, entry));
            foreach (var vote in self.Votes(block))
                yield return new Effect.Send(vote.Statement.Phase == self.Rules.Phases[^1] ? self.Leaders.LeaderAfter(block) : self.Id(), vote);
        }
    }
}
