using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>Signs shares, which travel uncompressed: whoever combines them is spared a square root for each.</summary>
/// <param name="key">Is disposed with the signer.</param>
/// <param name="shareKey">The public key in the form of the genesis file.</param>
/// <param name="hash">The statement as what is signed.</param>
internal sealed class BlsShareSigner(BlsSecretKey key, Func<BlsSecretKey, string> shareKey, Func<ReadOnlySpan<byte>, HashedMessage> hash) : IShareSigner
{
    public string ShareKey => shareKey(key);

    public Signature Sign(ReadOnlySpan<byte> statement)
    {
        var signature = new byte[BlsSignature.UncompressedSize];
        key.Sign(hash(statement), signature);
        return new Signature(signature);
    }

    public void Dispose() => key.Dispose();
}
