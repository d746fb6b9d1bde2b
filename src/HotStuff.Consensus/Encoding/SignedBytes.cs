namespace HotStuff.Consensus;

/// <summary>
/// The bytes that are signed, one domain tag for each kind of statement, so that two kinds can never be confused, and always with
/// chain and epoch, so that a signature of one chain says nothing on another.
/// </summary>
public static class SignedBytes
{
    private const int MaxTag = 1 + 32;

    /// <summary>What a replica signs to vote.</summary>
    public static byte[] Vote(ChainId chain, VoteStatement statement)
    {
        Span<byte> buffer = stackalloc byte[MaxTag + 32 + 8 + 8 + 32 + 1];
        var writer = new CanonicalWriter(buffer);
        writer.Tag("hotstuff/vote/1"u8);
        writer.Digest(chain.Hash);
        writer.Int64(statement.Epoch.Number);
        writer.Int64(statement.View.Number);
        writer.Digest(statement.Block.Hash);
        writer.Byte((byte)statement.Phase);
        return buffer[..writer.Length].ToArray();
    }

    /// <summary>What a replica signs to give up a view.</summary>
    public static byte[] Complaint(ChainId chain, ComplaintStatement statement)
    {
        Span<byte> buffer = stackalloc byte[MaxTag + 32 + 8 + 8];
        var writer = new CanonicalWriter(buffer);
        writer.Tag("hotstuff/complaint/1"u8);
        writer.Digest(chain.Hash);
        writer.Int64(statement.Epoch.Number);
        writer.Int64(statement.View.Number);
        return buffer[..writer.Length].ToArray();
    }

    /// <summary>What a leader signs to propose a block.</summary>
    public static byte[] Proposal(ChainId chain, Epoch epoch, View view, BlockId block)
    {
        Span<byte> buffer = stackalloc byte[MaxTag + 32 + 8 + 8 + 32];
        var writer = new CanonicalWriter(buffer);
        writer.Tag("hotstuff/proposal/1"u8);
        writer.Digest(chain.Hash);
        writer.Int64(epoch.Number);
        writer.Int64(view.Number);
        writer.Digest(block.Hash);
        return buffer[..writer.Length].ToArray();
    }

    /// <summary>What a replica signs over a snapshot that it took.</summary>
    public static byte[] Checkpoint(ChainId chain, CheckpointStatement statement)
    {
        Span<byte> buffer = stackalloc byte[MaxTag + 32 + 8 + 8 + 32 + 32];
        var writer = new CanonicalWriter(buffer);
        writer.Tag("hotstuff/checkpoint/1"u8);
        writer.Digest(chain.Hash);
        writer.Int64(statement.Epoch.Number);
        writer.Int64(statement.Height.Number);
        writer.Digest(statement.Block.Hash);
        writer.Digest(statement.Snapshot);
        return buffer[..writer.Length].ToArray();
    }

    /// <summary>What a replica signs over a batch of replies to one client; <paramref name="results"/> is the digest of the encoded replies.</summary>
    public static byte[] Reply(ChainId chain, ReplicaId replica, ClientId client, Digest results)
    {
        Span<byte> buffer = stackalloc byte[MaxTag + 32 + 4 + 16 + 32];
        var writer = new CanonicalWriter(buffer);
        writer.Tag("hotstuff/reply/1"u8);
        writer.Digest(chain.Hash);
        writer.Int32(replica.Index);
        writer.UInt128(client.Value);
        writer.Digest(results);
        return buffer[..writer.Length].ToArray();
    }

    /// <summary>What a replica signs to ask <paramref name="challenged"/> which replica it is.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="challenger">Who asks.</param>
    /// <param name="challenged">Who is asked.</param>
    /// <param name="nonce">What the proof must cover.</param>
    /// <param name="instance">The number that the challenger's process chose when it started.</param>
    public static byte[] Hello(ChainId chain, ReplicaId challenger, ReplicaId challenged, UInt128 nonce, UInt128 instance)
    {
        Span<byte> buffer = stackalloc byte[MaxTag + 32 + 4 + 4 + 16 + 16];
        var writer = new CanonicalWriter(buffer);
        writer.Tag("hotstuff/hello/1"u8);
        writer.Digest(chain.Hash);
        writer.Int32(challenger.Index);
        writer.Int32(challenged.Index);
        writer.UInt128(nonce);
        writer.UInt128(instance);
        return buffer[..writer.Length].ToArray();
    }

    /// <summary>What a replica signs to prove to <paramref name="challenger"/>, over a link, which replica it is.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="prover">Who proves itself.</param>
    /// <param name="challenger">Who asked.</param>
    /// <param name="nonce">What the challenger chose for this challenge.</param>
    /// <param name="token">What the prover will put on its unsigned messages to the challenger while this link lives.</param>
    /// <param name="instance">The number that the prover's process chose when it started.</param>
    public static byte[] LinkProof(ChainId chain, ReplicaId prover, ReplicaId challenger, UInt128 nonce, UInt128 token, UInt128 instance)
    {
        Span<byte> buffer = stackalloc byte[MaxTag + 32 + 4 + 4 + 16 + 16 + 16];
        var writer = new CanonicalWriter(buffer);
        writer.Tag("hotstuff/link-proof/2"u8);
        writer.Digest(chain.Hash);
        writer.Int32(prover.Index);
        writer.Int32(challenger.Index);
        writer.UInt128(nonce);
        writer.UInt128(token);
        writer.UInt128(instance);
        return buffer[..writer.Length].ToArray();
    }
}
