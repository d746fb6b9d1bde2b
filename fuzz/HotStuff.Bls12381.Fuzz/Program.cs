using HotStuff.Bls12381;
using HotStuff.Bls12381.Fuzz;
using SharpFuzz;

switch (args)
{
    case ["instrument", var assembly]:
        // In place: branches of the assembly report to AFL++ from now on.
        Fuzzer.Instrument(assembly, _ => true, Options.Value);
        return 0;

    case ["seeds", var directory]:
        using (var key = BlsSecretKey.Generate())
        {
            var message = HashedMessage.Of("seed"u8);
            Seed("secret", BlsSecretKey.Size, key.Write);
            Seed("public", BlsPublicKey.Size, key.ToPublicKey().Write);
            Seed("compressed", BlsSignature.CompressedSize, bytes => key.Sign(message, bytes));
            Seed("uncompressed", BlsSignature.UncompressedSize, bytes => key.Sign(message, bytes));
        }

        return 0;

        void Seed(string name, int size, Action<Span<byte>> write)
        {
            var bytes = new byte[size];
            write(bytes);
            Directory.CreateDirectory(directory);
            File.WriteAllBytes(Path.Combine(directory, name), bytes);
        }

    default:
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            DecodingTarget.Read(input.ToArray());
        });
        return 0;
}
