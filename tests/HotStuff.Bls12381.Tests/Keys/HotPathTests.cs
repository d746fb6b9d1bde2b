namespace HotStuff.Bls12381.Tests.Keys;

/// <summary>What is done for each message: without allocations, and from several threads.</summary>
public sealed class HotPathTests : IDisposable
{
    private readonly ThresholdDeal _deal = ThresholdDealer.Deal(3, 4);
    private readonly ThresholdKeys _keys;
    private readonly HashedMessage _message = HashedMessage.Of("message"u8);
    private readonly ThresholdShare[] _shares;
    private readonly byte[] _signature = new byte[48];

    public HotPathTests()
    {
        _keys = _deal.Keys();
        _shares = [.. _deal.Shares.Select((key, i) => new ThresholdShare(i + 1, key.Signed(_message, 96)))];
        Assert.True(_keys.TryCombine(_message, _shares, _signature, []));
    }

    public void Dispose() => _deal.Dispose();

#if !DEBUG
    // Unoptimized code allocates where it reads tables of constants.
    [Fact]
    public void Hashing_allocates_nothing() => Assert.Equal(0, Allocated(() => HashedMessage.Of("another message"u8)));

    [Fact]
    public void Signing_allocates_nothing()
    {
        var signature = new byte[96];
        Assert.Equal(0, Allocated(() => _deal.Shares[0].Sign(_message, signature)));
    }

    [Fact]
    public void Verifying_allocates_nothing()
    {
        Assert.Equal(0, Allocated(() => Assert.True(_keys.Verify(_message, _signature))));
        Assert.Equal(0, Allocated(() => Assert.True(_keys.VerifyShare(_message, _shares[2]))));
        Assert.Equal(0, Allocated(() => Assert.False(_keys.Verify(_message, _shares[2].Signature.Span))));
    }

    [Fact]
    public void Combining_allocates_nothing()
    {
        var bad = new List<int>();
        Assert.Equal(0, Allocated(() => Assert.True(_keys.TryCombine(_message, _shares, _signature, bad))));
    }

    [Fact]
    public void Verifying_several_allocates_nothing()
    {
        var signed = Enumerable.Repeat(new SignedMessage(_message, _signature), 5).ToArray();
        Assert.Equal(0, Allocated(() => Assert.True(_keys.VerifyAll(signed))));
    }

    [Fact]
    public void Multi_signatures_of_known_signers_allocate_nothing_either()
    {
        var keys = new MultiSignatureKeys(_deal.Shares.Select(share => share.ToPublicKey()), 3);
        var bad = new List<int>();
        Assert.Equal(0, Allocated(() => Assert.True(keys.TryCombine(_message, _shares, _signature, bad))));
        Assert.Equal(0, Allocated(() => Assert.True(keys.Verify(_message, [1, 2, 3], _signature))));
    }
#endif

    [Fact]
    public void Several_threads_may_use_the_same_keys()
    {
        var expected = _signature.ToArray();
        var fresh = _deal.Keys();
        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            var message = HashedMessage.Of("message"u8);
            var shares = _deal.Shares.Select((key, participant) => new ThresholdShare(participant + 1, key.Signed(message))).ToArray();
            if (i % 3 == 0)
                shares[i % 4] = shares[i % 4] with { Signature = shares[(i + 1) % 4].Signature };
            var signature = new byte[48];
            var bad = new List<int>();
            if (fresh.TryCombine(message, shares, signature, bad))
            {
                Assert.Equal(expected, signature);
                Assert.True(i % 3 != 0 || i % 4 == 3);
            }
            else
            {
                Assert.Equal([(i % 4) + 1], bad);
            }
        });
    }

#if !DEBUG
    private static long Allocated(Action action)
    {
        // Caches, pools and the tiers of the compiler settle first.
        for (var i = 0; i < 3; i++)
            action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
#endif
}
