using CsCheck;
using HotStuff.Consensus;
using static HotStuff.Storage.Tests.Chains;

namespace HotStuff.Storage.Tests;

public sealed class SafetyRecordCodecTests
{
    private const string Where = "/data";

    [Fact]
    public void A_record_decodes_to_itself_and_has_one_encoding() => Records.Sample(record =>
    {
        var encoded = SafetyRecordCodec.Encode(Chain, record);
        var decoded = SafetyRecordCodec.Decode(Chain, encoded, Where);
        return decoded == record && SafetyRecordCodec.Encode(Chain, decoded).AsSpan().SequenceEqual(encoded);
    });

    [Fact]
    public void A_record_with_any_changed_byte_is_refused() => Gen.Select(Records, Gen.Int[0, int.MaxValue], Gen.Byte[1, 255]).Sample((record, at, change) =>
    {
        var encoded = SafetyRecordCodec.Encode(Chain, record);
        encoded[at % encoded.Length] ^= change;
        AssertRefused(encoded, "checksum");
    });

    [Fact]
    public void A_record_that_is_cut_or_extended_is_refused() => Gen.Select(Records, Gen.Int[0, int.MaxValue]).Sample((record, at) =>
    {
        var encoded = SafetyRecordCodec.Encode(Chain, record);
        AssertRefused(encoded[..(at % encoded.Length)], "checksum");
        AssertRefused([.. encoded, 0], "checksum");
    });

    [Fact]
    public void Bytes_under_a_right_checksum_are_a_record_in_its_one_encoding_or_are_refused() =>
        Gen.Select(Records, Gen.Int[0, int.MaxValue], Gen.Byte[1, 255]).Sample((record, at, change) =>
        {
            var encoded = SafetyRecordCodec.Encode(Chain, record);
            encoded[at % (encoded.Length - Digest.Size)] ^= change;
            Seal(encoded);
            try
            {
                var decoded = SafetyRecordCodec.Decode(Chain, encoded, Where);
                Assert.Equal(encoded, SafetyRecordCodec.Encode(Chain, decoded));
            }
            catch (StoreException e)
            {
                Assert.Contains(Where, e.Message, StringComparison.Ordinal);
            }
        });

    [Fact]
    public void A_record_of_another_chain_is_refused()
    {
        var encoded = SafetyRecordCodec.Encode(OtherChain, RecordOf(Genesis));
        AssertRefused(encoded, $"belongs to chain {OtherChain}, not to chain {Chain}");
    }

    [Fact]
    public void A_record_of_a_newer_version_is_refused_as_such()
    {
        var encoded = SafetyRecordCodec.Encode(Chain, RecordOf(Genesis));
        encoded[1 + "hotstuff/safety-record".Length] = 3;
        Seal(encoded);
        AssertRefused(encoded, "version 3");
    }

    [Fact]
    public void A_record_of_version_1_is_read_as_one_without_a_floor()
    {
        var record = SafetyRecord.Initial(Block.GenesisCertificate(Chain));
        var second = SafetyRecordCodec.Encode(Chain, record);
        byte[] first = [.. second[..^(8 + Digest.Size)], .. new byte[Digest.Size]];
        first[1 + "hotstuff/safety-record".Length] = 1;
        Seal(first);
        Assert.Equal("0d1d75898085a67b22c8a25a9bfbce7bf3dd11a04855c0cdddfe3394bfe083d9", Digest.Of(first).ToString());
        Assert.Equal(record, SafetyRecordCodec.Decode(Chain, first, Where));
    }

    [Fact]
    public void The_bytes_of_version_2_stay_as_they_are()
    {
        var encoded = SafetyRecordCodec.Encode(Chain, SafetyRecord.Initial(Block.GenesisCertificate(Chain)) with { Floor = new View(7) });
        Assert.StartsWith("479e096266badec5", Digest.Of(encoded).ToString(), StringComparison.Ordinal);
        Assert.Equal(new View(7), SafetyRecordCodec.Decode(Chain, encoded, Where).Floor);
    }

    private static void Seal(byte[] encoded) => Digest.Of(encoded.AsSpan(..^Digest.Size)).CopyTo(encoded.AsSpan(^Digest.Size..));

    private static void AssertRefused(byte[] encoded, string why)
    {
        var message = Assert.Throws<StoreException>(() => SafetyRecordCodec.Decode(Chain, encoded, Where)).Message;
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.Contains(Where, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
