using System.Collections.Immutable;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Simulation;

namespace HotStuff.Mutations.Tests;

/// <summary>
/// What the lock is for. One replica alone sees that the first block is committed, and is cut off; the others crash and return. The traitor keeps its vote to
/// itself, without which nobody else can see that. As soon as it leads it proposes a block beside the committed one, with everything that a good proposal has,
/// and makes certificates of the votes that it gets. Until then no other leader is heard.
/// </summary>
internal sealed class StaleLeader : IBehaviour
{
    private readonly Arena _arena;
    private readonly MessageVerifier _verifier;
    private readonly Dictionary<VoteStatement, Dictionary<ReplicaId, SignatureShare>> _votes = [];
    private readonly int _traitor;
    private int? _cut;
    private Block? _fork;

    private StaleLeader(string protocol, int traitor)
    {
        _arena = new Arena(protocol);
        _traitor = traitor;
        var cluster = _arena.Cluster;
        _verifier = cluster.Keys.CreateVerifier();
        cluster.Replicas[traitor].Behaviour = this;
        cluster.Deliver = Delivers;
        cluster.Watch += Overhear;
        cluster.Observe += (replica, _, effects) =>
        {
            if (_cut is null && replica.Behaviour is null && effects.Any(effect => effect is Effect.Commit))
                _cut = replica.Node;
        };
    }

    public long Acts => _fork is null ? 0 : 1;

    /// <param name="protocol">The variant.</param>
    /// <param name="traitor">Who is Byzantine: not the one who forms the certificate that commits the first block.</param>
    public static void Run(string protocol, int traitor) => new StaleLeader(protocol, traitor).Run();

    public IEnumerable<Effect> Instead(ByzantineContext self, ReplicaEvent happened, ImmutableArray<Effect> effects) =>
        _cut is not null && _fork is null ? effects.Select(effect => Fork(self, Hide(effect))) : effects;

    /// <summary>Who rules the network hears every vote for the fork, also those to whom it does not belong.</summary>
    private void Overhear(Envelope envelope)
    {
        var vote = envelope.Message switch
        {
            Vote sent => sent,
            Complaint complaint => complaint.LastVote,
            _ => null,
        };
        if (vote is null || vote.Statement.Block != _fork?.Id || Collect(vote) is not { } certificate)
            return;
        foreach (var replica in _arena.Cluster.Keys.Committee.Members)
            _arena.Cluster.Send(new ReplicaId(_traitor), replica, new NextView(new ReplicaId(_traitor), certificate, null));
    }

    private bool Delivers(Envelope envelope)
    {
        if (_cut is null)
            return true;
        if (envelope.FromNode == _cut || envelope.ToNode == _cut)
            return false;
        return _fork is not null || envelope.Message switch
        {
            Proposal => envelope.FromNode == _traitor,
            // Lest the honest core inside the traitor learns the secret from votes that are said again.
            Complaint or Vote => envelope.ToNode != _traitor,
            _ => true,
        };
    }

    private static Effect Hide(Effect effect) =>
        effect is Effect.Send { Message: Complaint complaint } send ? new Effect.Send(send.To, complaint with { LastVote = null }) : effect;

    private Effect Fork(ByzantineContext self, Effect effect)
    {
        if (effect is not Effect.Broadcast { Message: Proposal { EntryCertificate: { } entry } proposal })
            return effect;
        var chain = self.Committee.Chain;
        _fork = Block.Create(
            chain, proposal.Block.Epoch, proposal.Block.View, new Height(1), proposal.From, Block.GenesisCertificate(chain), proposal.Block.Segments);
        return new Effect.Broadcast(new Proposal(_fork, entry, self.Signer.Sign(SignedBytes.Proposal(chain, _fork.Epoch, _fork.View, _fork.Id))));
    }

    private QuorumCertificate? Collect(Vote vote)
    {
        var keys = _arena.Cluster.Keys;
        var statement = vote.Statement;
        if (!_votes.TryGetValue(statement, out var shares))
        {
            var own = keys.Signers[_traitor].SignShare(SignedBytes.Vote(keys.Committee.Chain, statement));
            _votes.Add(statement, shares = new() { [new ReplicaId(_traitor)] = new SignatureShare(new ReplicaId(_traitor), own) });
        }

        return shares.TryAdd(vote.From, vote.Share) && shares.Count == keys.Committee.Quorum
            ? _verifier.Combine(statement, [.. shares.Values]).Certificate?.Value
            : null;
    }

    private void Run()
    {
        _arena.Cluster.Start();
        _arena.Submit();
        _arena.Cluster.RunUntil(() => _cut is not null, Arena.Second);
        foreach (var replica in _arena.Honest.Where(replica => replica.Node != _cut).ToList())
        {
            replica.Crash();
            replica.Start();
        }

        _arena.SubmitAgain();
        _arena.Submit();
        if (!_arena.Cluster.RunUntil(() => _fork is not null, 10 * Arena.Second))
            throw new InvalidOperationException("the situation did not come about");
        _arena.Run(5 * Arena.Second);
        _cut = null;
        _arena.RequireCommit(20 * Arena.Second);
    }
}
