using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// Who signed, in ceil(n/8) bytes: bit i, least significant first, stands for validator i. Exactly a quorum of bits is set and none at n or above. So there is one encoding
/// for a given set of signers, and signers are distinct because a bit cannot be set twice.
/// </summary>
internal static class SignerBitmap
{
    /// <summary>Bytes of a bitmap.</summary>
    public static int SizeOf(Committee committee) => (committee.Size + 7) / 8;

    /// <summary>The bitmap of a quorum.</summary>
    public static byte[] Of(Committee committee, IEnumerable<ReplicaId> signers)
    {
        var bitmap = new byte[SizeOf(committee)];
        foreach (var signer in signers)
            bitmap[signer.Index / 8] |= (byte)(1 << (signer.Index % 8));
        return bitmap;
    }

    /// <summary>The signers in the order of the validators; null unless the bits are those of a quorum.</summary>
    /// <param name="committee">The validators.</param>
    /// <param name="bitmap">Of as many bytes as there must be.</param>
    public static IReadOnlyList<ReplicaId>? TryRead(Committee committee, ReadOnlySpan<byte> bitmap)
    {
        var signers = new List<ReplicaId>(committee.Quorum);
        for (var i = 0; i < 8 * bitmap.Length; i++)
        {
            if ((bitmap[i / 8] & (1 << (i % 8))) == 0)
                continue;
            if (i >= committee.Size)
                return null;
            signers.Add(new ReplicaId(i));
        }

        return signers.Count == committee.Quorum ? signers : null;
    }
}
