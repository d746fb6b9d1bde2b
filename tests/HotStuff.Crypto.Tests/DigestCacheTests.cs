using CsCheck;
using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

public sealed class DigestCacheTests
{
    [Fact]
    public void The_cache_stays_within_its_capacity_and_keeps_the_newest_half() => Gen.Select(Gen.Int[2, 50], Gen.Int[1, 300]).Sample(
        (capacity, additions) =>
        {
            var cache = new ShareCache(capacity);
            var shares = Enumerable.Range(0, additions).Select(i => new SignatureShare(new ReplicaId(i), default)).ToArray();
            foreach (var share in shares)
                cache.Add(cache.KeyOf([1], share));

            var kept = shares.Select(share => cache.Contains(cache.KeyOf([1], share))).ToArray();

            Assert.True(kept.Count(isKept => isKept) <= capacity);
            Assert.All(kept.TakeLast(capacity / 2), Assert.True);
        });

    [Fact]
    public void Statement_and_signature_are_told_apart_by_their_lengths()
    {
        var cache = new ShareCache();
        cache.Add(cache.KeyOf([1, 2], new SignatureShare(default, new Signature(new byte[] { 3 }))));

        Assert.True(cache.Contains(cache.KeyOf([1, 2], new SignatureShare(default, new Signature(new byte[] { 3 })))));
        Assert.False(cache.Contains(cache.KeyOf([1], new SignatureShare(default, new Signature(new byte[] { 2, 3 })))));
    }

    [Fact]
    public void Long_signatures_are_remembered_by_all_their_bytes()
    {
        var cache = new ShareCache();
        var signature = new Signature(new byte[Signature.MaxSize]);
        cache.Add(cache.KeyOf([1], new SignatureShare(default, signature)));

        Assert.True(cache.Contains(cache.KeyOf([1], new SignatureShare(default, signature))));
        Assert.False(cache.Contains(cache.KeyOf([1], new SignatureShare(default, signature.Flip((8 * Signature.MaxSize) - 1)))));
    }
}
