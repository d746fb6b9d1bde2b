using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Cluster.Tests;

/// <summary>The validators of a chain with real keys, and what they say.</summary>
internal sealed class TestValidators
{
    public static readonly TestValidators One = new(1);
    public static readonly TestValidators Four = new(4);
    public static readonly TestValidators Seven = new(7);

    /// <summary>Four that take a snapshot every 16 blocks, in pieces of 1 KiB.</summary>
    public static readonly TestValidators Checkpointing = new(
        4, Samples.Limits with { SnapshotBlocks = 16, MaxBlockBytes = 1024, MaxCommandBytes = 768 });

    private TestValidators(int count, ProtocolLimits? limits = null)
    {
        (Genesis, var keys) = KeyGenerator.Generate("actors", count, limits: limits ?? Samples.Limits);
        Signers = [.. keys.Select(pair => pair.CreateSigner())];
    }

    public Genesis Genesis { get; }

    public IReadOnlyList<ReplicaSigner> Signers { get; }

    private ChainId Chain => Genesis.ChainId;

    public Replica CreateReplica(int index, RecoveredState? recovered = null, ReplicaOptions? options = null, string protocol = "chained") => new(
        Genesis.Committee,
        ProtocolRules.Create(protocol)!,
        new RoundRobin(Genesis.Committee),
        Signers[index],
        (options ?? new ReplicaOptions()) with { Limits = Genesis.Limits },
        recovered ?? RecoveredState.Fresh(Chain));

    public Vote Vote(int signer, Block block)
    {
        var statement = StatementOf(block);
        return new Vote(statement, new SignatureShare(new ReplicaId(signer), Signers[signer].SignShare(SignedBytes.Vote(Chain, statement))));
    }

    /// <summary>The proposal of a block on the genesis block in view 1, whose leader is replica 1.</summary>
    public Complaint Complain(int signer, long view)
    {
        var statement = new ComplaintStatement(Epoch.Genesis, new View(view));
        var share = Signers[signer].SignShare(SignedBytes.Complaint(Genesis.ChainId, statement));
        return new Complaint(statement, new SignatureShare(new ReplicaId(signer), share), Block.GenesisCertificate(Genesis.ChainId), null, null);
    }

    public Proposal FirstProposal(params CommandSegment[] segments)
    {
        var block = Block.Create(Chain, Epoch.Genesis, new View(1), new Height(1), new ReplicaId(1), Block.GenesisCertificate(Chain), segments);
        return new Proposal(block, null, Signers[1].Sign(SignedBytes.Proposal(Chain, block.Epoch, block.View, block.Id)));
    }

    /// <summary>A certificate that the first three replicas' signatures make.</summary>
    public QuorumCertificate Certify(Block block) =>
        new MessageVerifier(Genesis).Combine(StatementOf(block), [.. Enumerable.Range(0, Genesis.Committee.Quorum).Select(i => Vote(i, block).Share)])
            .Certificate!.Value;

    /// <summary>Blocks of the heights 1, 2, ..., of consecutive views, oldest first; their certificates' signatures are nothing.</summary>
    public IReadOnlyList<Block> Blocks(int count, Func<int, CommandSegment[]>? segments = null)
    {
        var blocks = new List<Block>();
        var parent = Block.Genesis(Chain);
        for (var height = 1; height <= count; height++)
        {
            var justify = new QuorumCertificate(StatementOf(parent), Samples.Bytes(1));
            parent = Block.Create(Chain, Epoch.Genesis, new View(height), new Height(height), new ReplicaId(height % 4), justify, segments?.Invoke(height) ?? []);
            blocks.Add(parent);
        }

        return blocks;
    }

    public static CommandSegment Segment(ulong client, long first, params byte[][] commands) =>
        CommandSegment.Create(new ClientId(client), first, [.. commands.Select(command => (ReadOnlyMemory<byte>)command)]);

    private static VoteStatement StatementOf(Block block) => new(Epoch.Genesis, block.View, block.Id, Phase.Generic);
}
