namespace HotStuff.Consensus;

/// <summary>What a checkpoint share says: "after the committed block at this height my snapshot was this one".</summary>
/// <param name="Epoch">The epoch whose validators sign.</param>
/// <param name="Height">The height of the last block that is in the snapshot, 1 or more.</param>
/// <param name="Block">That block.</param>
/// <param name="Snapshot">The digest of the snapshot's manifest, and so of all its bytes.</param>
public readonly record struct CheckpointStatement(Epoch Epoch, Height Height, BlockId Block, Digest Snapshot)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Height} {Block} snapshot {Snapshot}";
}

/// <summary>One replica's part of a checkpoint certificate: it took this snapshot itself.</summary>
/// <param name="Statement">What it says.</param>
/// <param name="Share">The partial signature over <see cref="SignedBytes.Checkpoint"/>.</param>
public sealed record CheckpointShare(CheckpointStatement Statement, SignatureShare Share);

/// <summary>
/// A quorum took the same snapshot, so at least one honest replica did: whoever has the certificate may take the snapshot from anybody. It also says that its block is
/// committed, since an honest replica executes nothing else.
/// </summary>
/// <param name="Statement">What the quorum said.</param>
/// <param name="Signature">The combined signature, n-f distinct signers by construction.</param>
public sealed record CheckpointCertificate(CheckpointStatement Statement, Signature Signature)
{
    /// <summary>The height of the last block that is in the snapshot.</summary>
    public Height Height => Statement.Height;

    /// <inheritdoc/>
    public override string ToString() => $"checkpoint({Statement})";
}
