using System.Collections.Immutable;
using HotStuff.Consensus;
using HotStuff.Simulation;

namespace HotStuff.Mutations.Tests;

/// <summary>One Byzantine replica that does one thing, in a network that favours it: it hears and is heard at once, the others take a while.</summary>
internal sealed class Traitor(Func<ByzantineContext, Effect, IEnumerable<Effect>> instead) : IBehaviour
{
    public long Acts => 0;

    /// <summary>It proposes in views that it does not lead, before their leaders are heard.</summary>
    public static void Usurp()
    {
        var arena = With("chained", 3, (self, effect) =>
            effect is Effect.EnteredView { Reason: EntryReason.QuorumCertificate } entered && entered.Leader != self.Signer.Replica && Child(self, entered.View) is { } block
                ? [effect, new Effect.Broadcast(Propose(self, block, null))]
                : [effect]);
        arena.RequireCommit(20 * Arena.Second);
    }

    /// <summary>It proposes for a view far ahead, whose leader it will be.</summary>
    public static void ProposeFarAhead()
    {
        var arena = With("chained", 3, (self, effect) => effect is Effect.Broadcast { Message: Proposal { Block.View: var view } } && Child(self, view.Plus(4_000)) is { } block
            ? [new Effect.Broadcast(Propose(self, block, null))]
            : [effect]);
        arena.RequireCommit(20 * Arena.Second);
    }

    /// <summary>Its blocks claim to be higher than they are.</summary>
    public static void ClaimHeight()
    {
        var arena = With("chained", 3, (self, effect) => effect is Effect.Broadcast { Message: Proposal { Block: var block } proposal }
            ? [new Effect.Broadcast(Propose(self, Copy(self, block, block.View, block.Height.Next, block.Justify), proposal.EntryCertificate))]
            : [effect]);
        arena.RequireCommit(20 * Arena.Second);
    }

    /// <summary>As leader of the first view it proposes a second block when the others have voted for the first, crashed and returned.</summary>
    public static void AskForSecondVotes(string protocol)
    {
        Proposal? second = null;
        var arena = With(protocol, 1, (self, effect) =>
        {
            if (effect is not Effect.Broadcast { Message: Proposal { Block: { View.Number: 1 } block } })
                return [effect];
            second = Propose(self, Block.Create(self.Committee.Chain, block.Epoch, block.View, block.Height, block.Proposer, block.Justify, []), null);
            return [effect];
        });
        arena.Cluster.RunUntil(() => arena.Honest.All(replica => replica.Replica.Record.LastVote is not null), Arena.Second);
        foreach (var replica in arena.Honest.ToList())
        {
            replica.Crash();
            replica.Start();
            arena.Cluster.Send(new ReplicaId(1), replica.Id, second!);
        }

        arena.Run(Arena.Second);
        arena.SubmitAgain();
        arena.RequireCommit(20 * Arena.Second);
    }

    public IEnumerable<Effect> Instead(ByzantineContext self, ReplicaEvent happened, ImmutableArray<Effect> effects) =>
        effects.SelectMany(effect => instead(self, effect));

    private static Arena With(string protocol, int traitor, Func<ByzantineContext, Effect, IEnumerable<Effect>> instead)
    {
        var arena = new Arena(protocol);
        arena.Cluster.Replicas[traitor].Behaviour = new Traitor(instead);
        arena.Cluster.Latency = envelope => Arena.Ms(envelope.FromNode == traitor || envelope.ToNode == traitor ? 0.1 : 3);
        arena.Cluster.Start();
        for (var i = 0; i < 5; i++)
            arena.Submit();
        return arena;
    }

    /// <summary>An empty block on the highest certified one; null when that is not here.</summary>
    private static Block? Child(ByzantineContext self, View view)
    {
        var justify = self.Replica.Record.HighQc;
        var height = self.Replica.Status.Committed.Number + self.Replica.Status.UncommittedBlocks + 1;
        return Block.Create(self.Committee.Chain, self.Committee.Epoch, view, new Height(height), self.Signer.Replica, justify, []);
    }

    private static Block Copy(ByzantineContext self, Block block, View view, Height height, QuorumCertificate justify) =>
        Block.Create(self.Committee.Chain, block.Epoch, view, height, self.Signer.Replica, justify, block.Segments);

    private static Proposal Propose(ByzantineContext self, Block block, TimeoutCertificate? entry) =>
        new(block, entry, self.Signer.Sign(SignedBytes.Proposal(self.Committee.Chain, block.Epoch, block.View, block.Id)));
}
