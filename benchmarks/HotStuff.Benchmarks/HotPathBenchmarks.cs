using BenchmarkDotNet.Attributes;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.StateMachine;

namespace HotStuff.Benchmarks;

/// <summary>What a replica does once for each block or command: encode, decode, verify, execute.</summary>
[MemoryDiagnoser]
public class HotPathBenchmarks
{
    private const int Commands = 400;

    private readonly ProtocolLimits _limits = new();
    private Genesis _genesis = null!;
    private QuorumCertificate _certificate = null!;
    private CommandSegment _segment = null!;
    private Block _block = null!;
    private Vote _vote = null!;
    private long _sequence = 1;

    [GlobalSetup]
    public void Setup()
    {
        var (genesis, keys) = KeyGenerator.Generate("benchmark", 4);
        _genesis = genesis;
        var signers = keys.Select(key => key.CreateSigner()).ToList();
        var statement = new VoteStatement(Epoch.Genesis, new View(1), new BlockId(Digest.Of("block"u8)), Phase.Generic);
        var bytes = SignedBytes.Vote(genesis.ChainId, statement);
        var shares = signers.Select(signer => new SignatureShare(signer.Replica, signer.SignShare(bytes))).ToList();
        _vote = new Vote(statement, shares[1]);
        _certificate = new MessageVerifier(genesis).Combine(statement, shares).Certificate!.Value;
        _segment = Segment(1);
        _block = Block.Create(genesis.ChainId, Epoch.Genesis, new View(2), new Height(2), default, _certificate, [_segment]);
    }

    [Benchmark]
    public Block Encode_a_block_of_400() =>
        Block.Create(_genesis.ChainId, Epoch.Genesis, new View(2), new Height(2), default, _certificate, [_segment]);

    [Benchmark]
    public Block? Decode_a_block_of_400() => Block.TryDecode(_genesis.ChainId, _limits, _block.Encoded);

    [Benchmark]
    public Verification<Vote> Verify_a_vote() => new MessageVerifier(_genesis).Verify(new Unverified<Vote>(_vote));

    [Benchmark]
    public Verification<QuorumCertificate> Verify_a_certificate() =>
        new MessageVerifier(_genesis).Verify(new Unverified<QuorumCertificate>(_certificate));

    [Benchmark(OperationsPerInvoke = Commands)]
    public SegmentResults Execute_empty_commands()
    {
        var table = new ClientTable(_limits);
        return table.Execute(_segment, new KeyValueStore());
    }

    [Benchmark]
    public CommandSegment Form_a_segment_of_400() => Segment(_sequence += Commands);

    private static CommandSegment Segment(long first) =>
        CommandSegment.Create(new ClientId(1), first, [.. Enumerable.Repeat(ReadOnlyMemory<byte>.Empty, Commands)]);
}
