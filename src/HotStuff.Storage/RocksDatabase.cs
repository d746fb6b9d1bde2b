using HotStuff.Consensus;
using RocksDbSharp;

namespace HotStuff.Storage;

/// <summary>
/// A RocksDB directory of one chain, opened: its options, its column families, and its errors as <see cref="StoreException"/>s. Reads and writes may come
/// from any thread; closing waits for those that have begun and refuses those that come later, because a closed native handle would crash the process.
/// </summary>
internal sealed class RocksDatabase : IDisposable
{
    private const int FormatVersion = 1;
    private const ulong MiB = 1024 * 1024;
    private static readonly byte[] FormatKey = "format"u8.ToArray();
    private static readonly byte[] ChainKey = "chain"u8.ToArray();
    private static readonly WriteOptions WithFlush = new WriteOptions().SetSync(true);
    private static readonly WriteOptions WithoutFlush = new WriteOptions().SetSync(false);

    private readonly ReaderWriterLockSlim _open = new();
    private readonly RocksDb _database;
    private bool _closed;

    private RocksDatabase(string path, RocksDb database)
    {
        Path = path;
        _database = database;
        Meta = database.GetColumnFamily("meta");
        Record = database.GetColumnFamily("record");
        Blocks = database.GetColumnFamily("blocks");
        Heights = database.GetColumnFamily("heights");
        Committed = database.GetColumnFamily("committed");
        Evidence = database.GetColumnFamily("evidence");
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>The safety record, under one key.</summary>
    public ColumnFamilyHandle Record { get; }

    /// <summary>Height and id to a block's encoding. By height, so that files of blocks hardly ever overlap and are moved instead of merged.</summary>
    public ColumnFamilyHandle Blocks { get; }

    /// <summary>A kept block's id to its height.</summary>
    public ColumnFamilyHandle Heights { get; }

    /// <summary>A height to the id of the block committed there.</summary>
    public ColumnFamilyHandle Committed { get; }

    /// <summary>A number to a piece of evidence.</summary>
    public ColumnFamilyHandle Evidence { get; }

    private ColumnFamilyHandle Meta { get; }

    /// <summary>Opens or creates the directory and checks that it is of this format and <paramref name="chain"/>.</summary>
    public static RocksDatabase Open(string path, ChainId chain, bool survivesPowerLoss)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WrongDirectory($"The data directory {path} cannot be used ({OneLine(e)}): make it a directory that this user may write.", e);
        }

        RocksDatabase database;
        try
        {
            database = new RocksDatabase(path, RocksDb.Open(Options(survivesPowerLoss), path, Families()));
        }
        catch (RocksDbSharpException e)
        {
            throw OpeningFailed(path, e);
        }

        try
        {
            database.CheckOwner(chain);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>The value of a key; null when there is none.</summary>
    public byte[]? Get(ReadOnlySpan<byte> key, ColumnFamilyHandle family)
    {
        Enter();
        try
        {
            return _database.Get(key, family);
        }
        catch (RocksDbSharpException e)
        {
            throw Unreadable(e);
        }
        finally
        {
            _open.ExitReadLock();
        }
    }

    /// <summary>Writes a batch as one; with <paramref name="flush"/> it, and everything written before it, is on the disk after.</summary>
    public void Write(WriteBatch batch, bool flush)
    {
        Enter();
        try
        {
            _database.Write(batch, flush ? WithFlush : WithoutFlush);
        }
        catch (RocksDbSharpException e)
        {
            throw Unwritable(e);
        }
        finally
        {
            _open.ExitReadLock();
        }
    }

    /// <summary>The keys from <paramref name="first"/> on up to, not including, <paramref name="end"/> (null: to the last), at most <paramref name="max"/>, in order, without their values.</summary>
    public List<byte[]> Keys(byte[] first, byte[]? end, int max, ColumnFamilyHandle family) => Iterate(family, iterator =>
    {
        var keys = new List<byte[]>();
        for (iterator.Seek(first); keys.Count < max && iterator.Valid(); iterator.Next())
        {
            var key = iterator.Key();
            if (end is not null && key.AsSpan().SequenceCompareTo(end) >= 0)
                break;
            keys.Add(key);
        }

        return keys;
    });

    /// <summary>All values of a small family, in the order of their keys.</summary>
    public List<byte[]> Values(ColumnFamilyHandle family) => Iterate(family, iterator =>
    {
        var values = new List<byte[]>();
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
            values.Add(iterator.Value());
        return values;
    });

    /// <summary>The first key; null when there is none.</summary>
    public byte[]? First(ColumnFamilyHandle family) => Keys([], null, 1, family) is [var first] ? first : null;

    /// <summary>The last key and its value; null when there is none.</summary>
    public (byte[] Key, byte[] Value)? Last(ColumnFamilyHandle family) => Iterate<(byte[], byte[])?>(family, iterator =>
    {
        iterator.SeekToLast();
        return iterator.Valid() ? (iterator.Key(), iterator.Value()) : null;
    });

    /// <summary>
    /// Gives the space of files back in which there is nothing but blocks below <paramref name="end"/>, at once; what is in others goes when they are compacted. What was written before is on the disk first:
    /// a file is gone for good, and after a loss of power nothing may say that its blocks are here.
    /// </summary>
    public void DropFilesBelow(ReadOnlySpan<byte> end, ColumnFamilyHandle family)
    {
        Enter();
        try
        {
            Native.Instance.rocksdb_flush_wal(_database.Handle, 1);
            var limit = end.ToArray();
            Native.Instance.rocksdb_delete_file_in_range_cf(_database.Handle, family.Handle, [], 0, limit, (nuint)limit.Length);
        }
        catch (RocksDbSharpException e)
        {
            throw Unwritable(e);
        }
        finally
        {
            _open.ExitReadLock();
        }
    }

    /// <summary>Closes it, and so lets others open it.</summary>
    public void Dispose()
    {
        _open.EnterWriteLock();
        try
        {
            if (!_closed)
                _database.Dispose();
            _closed = true;
        }
        finally
        {
            _open.ExitWriteLock();
        }
    }

    /// <summary>Throws <see cref="ObjectDisposedException"/> when it is closed.</summary>
    public void ThrowIfClosed()
    {
        Enter();
        _open.ExitReadLock();
    }

    private T Iterate<T>(ColumnFamilyHandle family, Func<Iterator, T> read)
    {
        Enter();
        try
        {
            using var iterator = _database.NewIterator(family);
            var result = read(iterator);
            // An iterator that meets a damaged file says nothing: it is merely at its end.
            Native.Instance.rocksdb_iter_get_error(iterator.Handle);
            return result;
        }
        catch (RocksDbSharpException e)
        {
            throw Unreadable(e);
        }
        finally
        {
            _open.ExitReadLock();
        }
    }

    private void Enter()
    {
        _open.EnterReadLock();
        if (!_closed)
            return;
        _open.ExitReadLock();
        throw new ObjectDisposedException(Path, $"The store in {Path} is closed.");
    }

    private StoreException Unwritable(RocksDbSharpException e) =>
        new($"The store in {Path} cannot be written ({OneLine(e)}): free disk space or check the disk, then start again.", e);

    private StoreException Unreadable(RocksDbSharpException e) => StoreErrors.Damaged($"The store in {Path}", OneLine(e), e);

    private void CheckOwner(ChainId chain)
    {
        if (Get(FormatKey, Meta) is not { } format)
        {
            if (Last(Record) is not null || Last(Blocks) is not null)
                throw StoreErrors.Damaged($"The store in {Path}", "it has data but no format version");
            Create(chain);
            return;
        }

        var version = new CanonicalReader(format).Int32();
        if (version != FormatVersion)
            throw NewerFormat(Path, $"format {version}, this program knows format {FormatVersion}");
        if (Get(ChainKey, Meta) is not { Length: Digest.Size } owner)
            throw StoreErrors.Damaged($"The store in {Path}", "it does not say of which chain it is");
        if (new ChainId(new Digest(owner)) is var found && found != chain)
            throw StoreErrors.WrongChain($"The store in {Path}", found, chain);
    }

    private void Create(ChainId chain)
    {
        var format = new byte[sizeof(int)];
        var writer = new CanonicalWriter(format);
        writer.Int32(FormatVersion);
        using var batch = new WriteBatch();
        batch.Put(FormatKey, format, Meta);
        batch.Put(ChainKey, chain.Hash.ToArray(), Meta);
        Write(batch, flush: true);
    }

    // A store needs about 40 MiB in all: the rest of the replica's memory belongs to the protocol.
    private static DbOptions Options(bool survivesPowerLoss) => new DbOptions()
        .SetCreateIfMissing(true)
        .SetCreateMissingColumnFamilies(true)
        .SetParanoidChecks(true)
        .SetDbWriteBufferSize(24 * MiB)
        .SetMaxTotalWalSize(64 * MiB)
        .SetMaxOpenFiles(128)
        .SetMaxBackgroundCompactions(1)
        .SetMaxBackgroundFlushes(1)
        .SetInfoLogLevel(InfoLogLevel.Warn)
        .SetMaxLogFileSize(4 * MiB)
        .SetKeepLogFileNum(2)
        .SetStatsDumpPeriodSec(0)

        // Where every record was flushed, only the unfinished end of the log may be missing after a crash: damage before it could hide a vote,
        // so it stops the node. Where nothing was, a crash of the machine may damage any of the log, and the writes before that are what is left.
        .SetWalRecoveryMode(survivesPowerLoss ? Recovery.TolerateCorruptedTailRecords : Recovery.PointInTime);

    private static ColumnFamilies Families()
    {
        var cache = Cache.CreateLru(8 * MiB);
        var small = Family(cache, 1 * MiB);
        return new ColumnFamilies(small)
        {
            { "meta", small },
            { "record", small },
            { "blocks", Family(cache, 8 * MiB) },
            { "heights", Family(cache, 2 * MiB) },
            { "committed", small },
            { "evidence", small },
        };
    }

    // Blocks hold what clients sent; compressing them would cost the processor that the protocol needs.
    private static ColumnFamilyOptions Family(Cache cache, ulong memtable) => new ColumnFamilyOptions()
        .SetWriteBufferSize(memtable)
        .SetMaxWriteBufferNumber(3)
        .SetCompression(Compression.No)
        .SetBlockBasedTableFactory(new BlockBasedTableOptions()
            .SetBlockCache(cache)
            .SetFilterPolicy(BloomFilterPolicy.Create(10, false)));

    private static StoreException OpeningFailed(string path, RocksDbSharpException e)
    {
        var reason = OneLine(e);
        if (reason.Contains("/LOCK", StringComparison.Ordinal) || reason.Contains("lock hold", StringComparison.Ordinal))
            return WrongDirectory($"The store in {path} is in use by another process or another node: stop that one, or use another data directory.", e);
        if (reason.Contains("Column families not opened", StringComparison.Ordinal) || reason.Contains("Not implemented", StringComparison.Ordinal))
            return NewerFormat(path, "parts that this program does not know", e);
        if (reason.Contains("Corruption", StringComparison.Ordinal))
            return StoreErrors.Damaged($"The store in {path}", reason, e);
        return WrongDirectory($"The store in {path} cannot be opened ({reason}): check that this user may read and write all of the directory.", e);
    }

    private static StoreException WrongDirectory(string message, Exception cause) => new(message, cause) { IsWrongDirectory = true };

    private static StoreException NewerFormat(string path, string what, Exception? cause = null)
    {
        var message = $"The store in {path} has {what}: start the program that wrote it, or use another data directory.";
        return cause is null ? new StoreException(message) : new StoreException(message, cause);
    }

    private static string OneLine(Exception e) => e.Message.ReplaceLineEndings(" ").Trim();
}
