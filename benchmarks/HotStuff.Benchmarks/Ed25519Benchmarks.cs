using BenchmarkDotNet.Attributes;
using HotStuff.Consensus;
using HotStuff.Crypto;
using NSec.Cryptography;

namespace HotStuff.Benchmarks;

/// <summary>Ed25519: what a replica does for each vote and each certificate, by tables of the validators' keys, and what libsodium takes for it.</summary>
[MemoryDiagnoser]
public class Ed25519Benchmarks
{
    private readonly ShareCache _known = new();
    private readonly Signed _small = new(4);
    private readonly Signed _large = new(32);

    [Benchmark(Baseline = true)]
    public bool Verify_a_share_with_libsodium() => SignatureAlgorithm.Ed25519.Verify(_small.Key, _small.Statement, _small.Shares[0].Signature.Bytes.Span);

    [Benchmark]
    public bool Verify_a_share() => _small.Scheme.VerifyShare(_small.Statement, _small.Shares[0]);

    [Benchmark]
    public bool Verify_a_share_of_32_in_turn() => _large.Scheme.VerifyShare(_large.Statement, _large.Next());

    /// <summary>By what shares are looked up before they are verified.</summary>
    [Benchmark]
    public Digest Find_the_key_of_a_share() => _known.KeyOf(_small.Statement, _small.Shares[0]);

    [Benchmark]
    public bool Verify_a_certificate_of_3() => _small.Scheme.VerifyCombined(_small.Statement, _small.Certificate);

    [Benchmark]
    public bool Verify_a_certificate_of_22() => _large.Scheme.VerifyCombined(_large.Statement, _large.Certificate);

    [Benchmark]
    public Signature Sign_a_share() => _small.Signer.SignShare(_small.Statement);

    /// <summary>The table of a key is made when it is first used.</summary>
    [Benchmark]
    public bool Make_the_table_of_a_key_and_verify_a_share() => _small.NewScheme().VerifyShare(_small.Statement, _small.Shares[0]);

    /// <summary>A committee, and what all of it have signed.</summary>
    private sealed class Signed
    {
        private readonly Genesis _genesis;
        private int _next;

        public Signed(int replicas)
        {
            var (genesis, keys) = KeyGenerator.Generate("benchmark", replicas);
            _genesis = genesis;
            var statement = new VoteStatement(Epoch.Genesis, new View(1), new BlockId(Digest.Of("block"u8)), Phase.Generic);
            Statement = SignedBytes.Vote(genesis.ChainId, statement);
            Signer = keys[0].CreateSigner();
            Shares = [.. keys.Select(key => new SignatureShare(key.Replica, key.CreateSigner().SignShare(Statement)))];
            Scheme = NewScheme();
            Certificate = ((CombineResult.Combined)Scheme.Combine(Statement, Shares)).Signature;
            Key = PublicKey.Import(SignatureAlgorithm.Ed25519, Convert.FromHexString(genesis.Validators[0].ShareKey), KeyBlobFormat.RawPublicKey);
        }

        public byte[] Statement { get; }

        public ReplicaSigner Signer { get; }

        public SignatureShare[] Shares { get; }

        public IQuorumScheme Scheme { get; }

        public Signature Certificate { get; }

        public PublicKey Key { get; }

        public IQuorumScheme NewScheme() => _genesis.CreateScheme();

        public SignatureShare Next() => Shares[_next++ % Shares.Length];
    }
}
