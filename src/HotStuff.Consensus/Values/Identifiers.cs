namespace HotStuff.Consensus;

/// <summary>A round of the protocol with one leader. View 0 belongs to the genesis block; replicas start in view 1.</summary>
/// <param name="Number">0 and up; grows by one with each certificate.</param>
public readonly record struct View(long Number) : IComparable<View>
{
    /// <summary>The view of the genesis block, in which nobody votes.</summary>
    public static View Genesis => new(0);

    /// <summary>The view after this one.</summary>
    public View Next => new(Number + 1);

    /// <summary>The view <paramref name="count"/> views after this one.</summary>
    public View Plus(long count) => new(Number + count);

    /// <inheritdoc/>
    public int CompareTo(View other) => Number.CompareTo(other.Number);

    /// <summary>Earlier than.</summary>
    public static bool operator <(View left, View right) => left.Number < right.Number;

    /// <summary>Later than.</summary>
    public static bool operator >(View left, View right) => left.Number > right.Number;

    /// <summary>Earlier than or the same.</summary>
    public static bool operator <=(View left, View right) => left.Number <= right.Number;

    /// <summary>Later than or the same.</summary>
    public static bool operator >=(View left, View right) => left.Number >= right.Number;

    /// <inheritdoc/>
    public override string ToString() => $"v{Number}";
}

/// <summary>The distance of a block from the genesis block, which has height 0.</summary>
/// <param name="Number">0 and up; a block's is its parent's plus one.</param>
public readonly record struct Height(long Number) : IComparable<Height>
{
    /// <summary>The height of the genesis block.</summary>
    public static Height Genesis => new(0);

    /// <summary>The height of a child.</summary>
    public Height Next => new(Number + 1);

    /// <inheritdoc/>
    public int CompareTo(Height other) => Number.CompareTo(other.Number);

    /// <summary>Lower than.</summary>
    public static bool operator <(Height left, Height right) => left.Number < right.Number;

    /// <summary>Higher than.</summary>
    public static bool operator >(Height left, Height right) => left.Number > right.Number;

    /// <summary>Lower than or the same.</summary>
    public static bool operator <=(Height left, Height right) => left.Number <= right.Number;

    /// <summary>Higher than or the same.</summary>
    public static bool operator >=(Height left, Height right) => left.Number >= right.Number;

    /// <inheritdoc/>
    public override string ToString() => $"h{Number}";
}

/// <summary>A period with one validator set. The genesis file describes epoch 0.</summary>
/// <param name="Number">0 and up.</param>
public readonly record struct Epoch(long Number)
{
    /// <summary>The epoch of the genesis file's validator set.</summary>
    public static Epoch Genesis => new(0);

    /// <inheritdoc/>
    public override string ToString() => $"e{Number}";
}

/// <summary>A validator by its position in the epoch's validator set.</summary>
/// <param name="Index">0 to n-1 when valid; whoever decodes one checks it against the <see cref="Committee"/>.</param>
public readonly record struct ReplicaId(int Index) : IComparable<ReplicaId>
{
    /// <inheritdoc/>
    public int CompareTo(ReplicaId other) => Index.CompareTo(other.Index);

    /// <inheritdoc/>
    public override string ToString() => $"r{Index}";
}

/// <summary>The identity of a block: SHA-256 of its canonical header.</summary>
/// <param name="Hash">The digest itself.</param>
public readonly record struct BlockId(Digest Hash)
{
    /// <summary>The first eight hexadecimal digits, enough for a log line.</summary>
    public override string ToString() => Hash.ToString()[..8];
}

/// <summary>What tells two deployments apart: a digest of the genesis file's contents, part of everything signed.</summary>
/// <param name="Hash">The digest itself.</param>
public readonly record struct ChainId(Digest Hash)
{
    /// <summary>The first eight hexadecimal digits, enough for a log line.</summary>
    public override string ToString() => Hash.ToString()[..8];
}

/// <summary>A client session, chosen at random by the client.</summary>
/// <param name="Value">128 bits.</param>
public readonly record struct ClientId(UInt128 Value) : IComparable<ClientId>
{
    /// <summary>Bytes of the encoded identifier.</summary>
    public const int Size = 16;

    /// <inheritdoc/>
    public int CompareTo(ClientId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("x32")[..8];
}
