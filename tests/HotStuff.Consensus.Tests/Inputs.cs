using System.Collections.Immutable;
using HotStuff.Crypto;
using HotStuff.Simulation;

namespace HotStuff.Consensus.Tests;

/// <summary>
/// Makes what one replica may receive, signed with the keys of all: blocks, certificates, and messages that went through the verifier as on a node.
/// </summary>
internal sealed class Inputs
{
    private readonly MessageVerifier _verifier;

    public Inputs(int size = 4)
    {
        Keys = SimulatedKeys.Model(size);
        _verifier = Keys.CreateVerifier();
        Genesis = Block.Genesis(Committee.Chain);
        GenesisQc = Block.GenesisCertificate(Committee.Chain);
        Leaders = new RoundRobin(Committee);
    }

    public SimulatedKeys Keys { get; }

    public Committee Committee => Keys.Committee;

    public RoundRobin Leaders { get; }

    public Block Genesis { get; }

    public QuorumCertificate GenesisQc { get; }

    public Replica Replica(int index, ReplicaOptions? options = null, RecoveredState? recovered = null) =>
        new(
            Committee,
            new ChainedRules(),
            Leaders,
            Keys.Signers[index],
            options ?? new ReplicaOptions(),
            recovered ?? RecoveredState.Fresh(Committee.Chain));

    /// <summary>A replica that runs, in view 1.</summary>
    public Replica Started(int index, ReplicaOptions? options = null, RecoveredState? recovered = null)
    {
        var replica = Replica(index, options, recovered);
        replica.Advance(new ReplicaEvent.Started());
        return replica;
    }

    public SafetyRules Safety(int index, SafetyRecord? record = null) =>
        new(Committee, new ChainedRules(), Keys.Signers[index], record ?? SafetyRecord.Initial(GenesisQc));

    /// <summary>A block of the view's leader on top of <paramref name="parent"/>; of one command when <paramref name="first"/> is given.</summary>
    public Block Child(Block parent, long view, long? first = null, QuorumCertificate? justify = null, ReplicaId? proposer = null) =>
        Block.Create(
            Committee.Chain,
            Committee.Epoch,
            new View(view),
            parent.Height.Next,
            proposer ?? Leaders.LeaderOf(new View(view)),
            justify ?? Certify(parent),
            first is { } sequence ? [Scenario.Commands(client: 1, sequence)] : []);

    /// <summary>A chain of blocks on top of <paramref name="parent"/>, one for each view.</summary>
    public List<Block> Chain(Block parent, params long[] views)
    {
        var chain = new List<Block>();
        foreach (var view in views)
            chain.Add(Child(chain.LastOrDefault() ?? parent, view, first: view));
        return chain;
    }

    public QuorumCertificate Certify(Block block) =>
        block.Id == Genesis.Id ? GenesisQc : Certify(new VoteStatement(block.Epoch, block.View, block.Id, Phase.Generic));

    public QuorumCertificate Certify(VoteStatement statement) =>
        _verifier.Combine(statement, [.. Committee.Members.Take(Committee.Quorum).Select(signer => ShareOf(signer, statement))]).Certificate!.Value;

    public TimeoutCertificate GiveUp(long view) => GivenUp(view).Value;

    public Verified<TimeoutCertificate> GivenUp(long view)
    {
        var statement = new ComplaintStatement(Committee.Epoch, new View(view));
        return _verifier.Combine(statement, [.. Committee.Members.Take(Committee.Quorum).Select(signer => ShareOf(signer, statement))]).Certificate!;
    }

    public SignatureShare ShareOf(ReplicaId signer, VoteStatement statement) =>
        new(signer, Keys.Signers[signer.Index].SignShare(SignedBytes.Vote(Committee.Chain, statement)));

    public SignatureShare ShareOf(ReplicaId signer, ComplaintStatement statement) =>
        new(signer, Keys.Signers[signer.Index].SignShare(SignedBytes.Complaint(Committee.Chain, statement)));

    public Vote VoteOf(int signer, Block block)
    {
        var statement = new VoteStatement(block.Epoch, block.View, block.Id, Phase.Generic);
        return new Vote(statement, ShareOf(new ReplicaId(signer), statement));
    }

    public Proposal Propose(Block block, TimeoutCertificate? entry = null) =>
        new(
            block,
            entry,
            Keys.Signers[block.Proposer.Index].Sign(SignedBytes.Proposal(Committee.Chain, block.Epoch, block.View, block.Id)));

    public Complaint ComplainAbout(
        int signer, long view, QuorumCertificate? highQc = null, TimeoutCertificate? entry = null, Vote? lastVote = null)
    {
        var statement = new ComplaintStatement(Committee.Epoch, new View(view));
        return new Complaint(statement, ShareOf(new ReplicaId(signer), statement), highQc ?? GenesisQc, entry, lastVote);
    }

    public Refusal? RefusalOf(ConsensusMessage message) => message switch
    {
        Proposal proposal => _verifier.Verify(new Unverified<Proposal>(proposal)).Reason,
        Vote vote => _verifier.Verify(new Unverified<Vote>(vote)).Reason,
        Complaint complaint => _verifier.Verify(new Unverified<Complaint>(complaint)).Reason,
        NextView next => _verifier.Verify(new Unverified<NextView>(next)).Reason,
        Inquiry inquiry => _verifier.Verify(new Unverified<Inquiry>(inquiry)).Reason,
        Recollection recollection => _verifier.Verify(new Unverified<Recollection>(recollection)).Reason,
        _ => throw new ArgumentException($"not a message: {message}", nameof(message)),
    };

    public ReplicaEvent Received(ConsensusMessage message) => message switch
    {
        Proposal proposal => new ReplicaEvent.ProposalReceived(_verifier.Verify(new Unverified<Proposal>(proposal)).Value!),
        Vote vote => new ReplicaEvent.VoteReceived(_verifier.Verify(new Unverified<Vote>(vote)).Value!),
        Complaint complaint => new ReplicaEvent.ComplaintReceived(_verifier.Verify(new Unverified<Complaint>(complaint)).Value!),
        NextView next => new ReplicaEvent.NextViewReceived(_verifier.Verify(new Unverified<NextView>(next)).Value!),
        Inquiry inquiry => new ReplicaEvent.InquiryReceived(_verifier.Verify(new Unverified<Inquiry>(inquiry)).Value!),
        Recollection recollection => new ReplicaEvent.RecollectionReceived(_verifier.Verify(new Unverified<Recollection>(recollection)).Value!),
        _ => throw new ArgumentException($"not a message: {message}", nameof(message)),
    };

    public ReplicaEvent Formed(QuorumCertificate certificate) =>
        new ReplicaEvent.CertificateFormed(_verifier.Verify(new Unverified<QuorumCertificate>(certificate)).Value!);

    public static ReplicaEvent Fetched(params IReadOnlyList<Block> oldestFirst) =>
        new ReplicaEvent.BlocksFetched(MessageVerifier.VerifyChain(oldestFirst[^1].Id, [.. oldestFirst.Reverse()])!.Value);
}

/// <summary>What tests ask of the effects of one step.</summary>
internal static class EffectsOf
{
    public static ImmutableArray<Effect> Take(this Replica replica, Inputs inputs, ConsensusMessage message) =>
        replica.Advance(inputs.Received(message));

    public static IEnumerable<Refusal> Refusals(this ImmutableArray<Effect> effects) =>
        effects.OfType<Effect.Refused>().Select(refused => refused.Reason);

    /// <summary>The messages that leave with these effects.</summary>
    public static IEnumerable<ConsensusMessage> Messages(this ImmutableArray<Effect> effects) =>
        effects.Select(effect => effect switch
        {
            Effect.Send send => send.Message,
            Effect.Broadcast broadcast => broadcast.Message,
            _ => null,
        }).OfType<ConsensusMessage>();

    /// <summary>The messages of one kind that leave with these effects.</summary>
    public static IEnumerable<T> Sent<T>(this ImmutableArray<Effect> effects)
        where T : ConsensusMessage => effects.Messages().OfType<T>();

    public static IEnumerable<Vote> Votes(this ImmutableArray<Effect> effects) => effects.Messages().OfType<Vote>();

    public static IEnumerable<Block> Commits(this ImmutableArray<Effect> effects) =>
        effects.OfType<Effect.Commit>().SelectMany(commit => commit.Blocks);
}
