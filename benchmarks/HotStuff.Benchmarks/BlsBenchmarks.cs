using BenchmarkDotNet.Attributes;
using HotStuff.Bls12381;
using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Pairing;
using HotStuff.Bls12381.Threshold;

namespace HotStuff.Benchmarks;

/// <summary>BLS12-381: what a replica does for each vote and each certificate, and the multiplication that all of it consists of.</summary>
[MemoryDiagnoser]
public class BlsBenchmarks
{
    private const int Products = 1000;

    private readonly byte[] _statement = new byte[64];
    private readonly byte[] _certificate = new byte[BlsSignature.CompressedSize];
    private readonly byte[] _share = new byte[BlsSignature.UncompressedSize];
    private readonly byte[] _sum = new byte[BlsSignature.CompressedSize];
    private readonly List<int> _bad = [];
    private ThresholdDeal _deal = null!;
    private ThresholdKeys _keys = null!;
    private ThresholdShare[] _shares = null!;
    private HashedMessage _message;
    private LagrangeCoefficients _coefficients = null!;
    private Point<Fp>[] _points = null!;
    private SignedMessage[] _certificates = null!;
    private MultiSignatureKeys _multi = null!;
    private int[] _signers = null!;
    private Fp _factor;

    /// <summary>n; quorums are n - f.</summary>
    [Params(4, 32)]
    public int Participants { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var threshold = Participants - ((Participants - 1) / 3);
        _deal = ThresholdDealer.Deal(threshold, Participants);
        _keys = _deal.Keys();
        _message = HashedMessage.Of(_statement);
        _shares = SharesOf(_message);
        _certificates = [.. Enumerable.Range(0, 11).Select(i => Certified(HashedMessage.Of([(byte)i])))];
        Certified(_message).Signature.CopyTo(_certificate);
        _factor = FieldConstants.Half;

        // The shares of a threshold group are signatures of single keys as well.
        _multi = new MultiSignatureKeys(_deal.Shares.Select(share => share.ToPublicKey()), threshold);
        _signers = [.. Enumerable.Range(1, threshold)];
        _multi.TryCombine(_message, _shares, _sum, _bad);

        // The last participants: their coefficients are the largest.
        var last = _shares[^threshold..];
        _coefficients = new LagrangeCoefficients([.. last.Select(share => share.Participant)]);
        _points = [.. last.Select(share => BlsSignature.TryRead(share.Signature.Span, out var point) ? Point<Fp>.From(point) : throw new InvalidOperationException())];
    }

    [GlobalCleanup]
    public void Cleanup() => _deal.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Products)]
    public void Multiply_in_Fp()
    {
        for (var i = 0; i < Products; i++)
            Fp.Mul(_factor, FieldConstants.Half, out _factor);
    }

    [Benchmark]
    public HashedMessage Hash_a_statement() => HashedMessage.Of(_statement);

    [Benchmark]
    public void Sign_a_share() => _deal.Shares[0].Sign(_message, _share);

    [Benchmark]
    public bool Verify_a_share() => _keys.VerifyShare(_message, _shares[0]);

    [Benchmark]
    public bool Verify_a_certificate_from_bytes() => _keys.Verify(HashedMessage.Of(_statement), _certificate);

    [Benchmark(OperationsPerInvoke = 11)]
    public bool Verify_one_of_eleven_certificates() => _keys.VerifyAll(_certificates);

    [Benchmark]
    public void Combine_a_quorum() => _coefficients.Combine(_points, out _);

    [Benchmark]
    public bool Combine_a_quorum_and_verify_the_result() => _keys.TryCombine(_message, _shares, _certificate, _bad);

    [Benchmark]
    public bool Verify_a_multi_signature_of_known_signers_from_bytes() => _multi.Verify(HashedMessage.Of(_statement), _signers, _sum);

    [Benchmark]
    public bool Add_up_a_quorum_and_verify_the_result() => _multi.TryCombine(_message, _shares, _sum, _bad);

    [Benchmark]
    public BlsPublicKey Add_up_the_keys_of_a_quorum() => BlsPublicKey.Aggregate(_signers.Select(_multi.ShareKey));

    [Benchmark]
    public void Prepare_a_key() => _ = new PreparedG2(_keys.GroupKey.Point);

    private SignedMessage Certified(HashedMessage message)
    {
        var signature = new byte[BlsSignature.CompressedSize];
        if (!_keys.TryCombine(message, SharesOf(message), signature, _bad))
            throw new InvalidOperationException("good shares do not combine");
        return new SignedMessage(message, signature);
    }

    private ThresholdShare[] SharesOf(HashedMessage message) => [.. _deal.Shares.Select((key, i) =>
    {
        var share = new byte[BlsSignature.UncompressedSize];
        key.Sign(message, share);
        return new ThresholdShare(i + 1, share);
    })];
}
