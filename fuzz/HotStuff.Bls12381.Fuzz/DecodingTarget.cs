namespace HotStuff.Bls12381.Fuzz;

/// <summary>
/// What must hold for any bytes whatever: no reader throws, and what one accepts it writes again to the bit, so that there is one encoding for a key or a signature.
/// </summary>
internal static class DecodingTarget
{
    private static readonly HashedMessage Message = HashedMessage.Of("message"u8);
    private static readonly BlsPublicKey Key = BlsSecretKey.TryRead([.. new byte[BlsSecretKey.Size - 1], 7])!.ToPublicKey();

    /// <summary>Gives the bytes to all readers.</summary>
    /// <returns>How many of them accepted the bytes.</returns>
    /// <exception cref="InvalidOperationException">Something was accepted and written otherwise, or forged.</exception>
    public static int Read(byte[] input)
    {
        var accepted = 0;
        if (BlsSecretKey.TryRead(input) is { } secret)
        {
            using (secret)
                Same(input, secret.Write, BlsSecretKey.Size);
            accepted++;
        }

        if (BlsPublicKey.TryRead(input) is { } key)
        {
            Same(input, key.Write, BlsPublicKey.Size);
            accepted++;
        }

        // The sum of one signature is this signature, in whichever form.
        var compressed = new byte[BlsSignature.CompressedSize];
        if (BlsSignature.TryAggregate([input], compressed))
        {
            var uncompressed = new byte[BlsSignature.UncompressedSize];
            if (!BlsSignature.TryAggregate([compressed], uncompressed))
                throw new InvalidOperationException("a signature is not read again");
            var written = input.Length == compressed.Length ? compressed : uncompressed;
            Same(input, destination => written.CopyTo(destination), written.Length);
            accepted++;
        }

        if (Key.Verify(Message, input) || Key.VerifyPossession(input))
            throw new InvalidOperationException("a signature is forged");
        return accepted;
    }

    private static void Same(byte[] input, Write write, int size)
    {
        Span<byte> written = stackalloc byte[size];
        write(written);
        if (!written.SequenceEqual(input))
            throw new InvalidOperationException($"{Convert.ToHexStringLower(input)} is accepted and written as {Convert.ToHexStringLower(written)}");
    }

    private delegate void Write(Span<byte> destination);
}
