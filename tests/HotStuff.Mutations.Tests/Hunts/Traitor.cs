using System.Collections.Immutable;
using HotStuff.Consensus;
using HotStuff.Simulation;

namespace HotStuff.Mutations.Tests;

/// <summary>One Byzantine replica that does one thing, in a network that favours it: it hears and is heard at once, the others take a while.</summary>
internal sealed class Traitor : IBehaviour
{
    private readonly Func<Traitor, ByzantineContext, Effect, IEnumerable<Effect>> _instead;
    private readonly Dictionary<BlockId, Height> _heights = [];

    private Traitor(Func<Traitor, ByzantineContext, Effect, IEnumerable<Effect>> instead) => _instead = instead;

    public long Acts => 0;

    /// <summary>It proposes in views that it does not lead, before their leaders are heard, and votes for that.</summary>
    public static void Usurp()
    {
        Block? usurped = null;
        With("chained", 3, (traitor, self, effect) =>
        {
            switch (effect)
            {
                case Effect.EnteredView { Reason: EntryReason.QuorumCertificate } entered when entered.Leader != self.Signer.Replica:
                    usurped = traitor.Child(self, entered.View);
                    return [effect, new Effect.Broadcast(Propose(self, usurped))];
                case Effect.Send { Message: Vote { Statement: var statement } } send when statement.View == usurped?.View:
                    return [new Effect.Send(send.To, Vote(self, statement with { Block = usurped.Id }))];
                default:
                    return [effect];
            }
        });
    }

    /// <summary>It proposes to two of three, for a view far ahead, which it will lead.</summary>
    public static void ProposeFarAhead() => With("chained", 3, (traitor, self, effect) =>
    {
        if (effect is not Effect.Broadcast { Message: Proposal { Block.View: var view } })
            return [effect];
        var proposal = Propose(self, traitor.Child(self, view.Plus(4_000)));
        return [new Effect.Send(new ReplicaId(0), proposal), new Effect.Send(new ReplicaId(1), proposal)];
    });

    /// <summary>Its blocks claim to be higher than they are.</summary>
    public static void ClaimHeight() => With("chained", 3, (_, self, effect) =>
    {
        if (effect is not Effect.Broadcast { Message: Proposal { EntryCertificate: null, Block: var block } })
            return [effect];
        var higher = Block.Create(
            self.Committee.Chain, block.Epoch, block.View, block.Height.Next, block.Proposer, block.Justify, block.Segments, block.Suspensions);
        return [new Effect.Broadcast(Propose(self, higher))];
    });

    /// <summary>As leader of the first view it proposes a second block when the others have voted for the first, crashed and returned.</summary>
    public static void AskForSecondVotes(string protocol)
    {
        Proposal? second = null;
        var arena = Start(protocol, 1, (_, self, effect) =>
        {
            if (effect is Effect.Broadcast { Message: Proposal { Block: { View.Number: 1 } block } })
                second = Propose(self, Block.Create(self.Committee.Chain, block.Epoch, block.View, block.Height, block.Proposer, block.Justify, []));
            return [effect];
        });
        arena.Submit();
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

    public IEnumerable<Effect> Instead(ByzantineContext self, ReplicaEvent happened, ImmutableArray<Effect> effects)
    {
        if (happened is ReplicaEvent.ProposalReceived { Proposal.Value.Block: var block })
            _heights[block.Id] = block.Height;
        return effects.SelectMany(effect => _instead(this, self, effect));
    }

    private static void With(string protocol, int index, Func<Traitor, ByzantineContext, Effect, IEnumerable<Effect>> instead)
    {
        var arena = Start(protocol, index, instead);
        for (var i = 0; i < 20; i++)
        {
            arena.Submit();
            arena.Run(Arena.Ms(20));
        }

        arena.RequireCommit(20 * Arena.Second);
    }

    private static Arena Start(string protocol, int index, Func<Traitor, ByzantineContext, Effect, IEnumerable<Effect>> instead)
    {
        var arena = new Arena(protocol);
        arena.Cluster.Replicas[index].Behaviour = new Traitor(instead);
        arena.Cluster.Latency = envelope => Arena.Ms(envelope.FromNode == index || envelope.ToNode == index ? 0.1 : 3);
        arena.Cluster.Start();
        return arena;
    }

    /// <summary>An empty block on the highest certified one.</summary>
    private Block Child(ByzantineContext self, View view)
    {
        var justify = self.Replica.Record.HighQc;
        return Block.Create(
            self.Committee.Chain, self.Committee.Epoch, view, _heights.GetValueOrDefault(justify.Block).Next, self.Signer.Replica, justify, []);
    }

    private static Vote Vote(ByzantineContext self, VoteStatement statement) =>
        new(statement, new SignatureShare(self.Signer.Replica, self.Signer.SignShare(SignedBytes.Vote(self.Committee.Chain, statement))));

    private static Proposal Propose(ByzantineContext self, Block block) =>
        new(block, null, self.Signer.Sign(SignedBytes.Proposal(self.Committee.Chain, block.Epoch, block.View, block.Id)));
}
