using CsCheck;
using HotStuff.Bls12381.Fuzz;
using HotStuff.Bls12381.Tests.Vectors;

namespace HotStuff.Bls12381.Tests.Curves;

/// <summary>The fuzzer's target with bytes of our own making, in every run of the tests.</summary>
public sealed class DecodingTests
{
    private static readonly byte[][] Valid = [.. VectorFile.Read("noble.json").GetProperty("multiples").EnumerateArray().SelectMany(multiple =>
        new[] { "scalar", "g1", "g1Uncompressed", "g2" }.Select(name => multiple.GetProperty(name).Bytes()))];

    private static readonly Gen<byte[]> ValidOnes = Gen.Int[0, Valid.Length - 1].Select(i => Valid[i]);

    private static readonly Gen<byte[]> Mutated = Gen.Select(
        ValidOnes, Gen.Int[0, 3], Gen.Int[0, 95], Gen.Byte, ValidOnes, (bytes, kind, at, value, other) => kind switch
        {
            0 => Changed(bytes, at % bytes.Length, value),
            1 => Changed(bytes, 0, value),
            2 => bytes[..Math.Min(at, bytes.Length)],
            _ => [.. bytes[..(at % bytes.Length)], .. other],
        });

    [Fact]
    public void Valid_encodings_are_accepted_by_one_reader_each() => Assert.All(Valid, bytes => Assert.Equal(1, DecodingTarget.Read(bytes)));

    [Fact]
    public void No_bytes_make_a_reader_throw_and_what_is_accepted_is_written_as_it_was() => Gen.OneOf(
        Mutated, Gen.Byte.Array[0, 200], Gen.Byte.Array[96]).Sample(bytes => DecodingTarget.Read(bytes) <= 1, iter: 2000);

    private static byte[] Changed(byte[] bytes, int at, byte value) => [.. bytes[..at], value, .. bytes[(at + 1)..]];
}
