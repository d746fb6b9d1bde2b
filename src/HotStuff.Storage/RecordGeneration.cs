using HotStuff.Consensus;

namespace HotStuff.Storage;

/// <summary>
/// How often the safety record was written. The number stands in the database with each record, and in a file beside it: at opening and closing, and now and then between. A database that is behind
/// the file has lost records that were written: it was put back from a copy, or what was not flushed went with the power. Not thread-safe.
/// </summary>
/// <remarks>
/// The file (record.generation), integers big-endian: tag "hotstuff/record-generation/1", generation (8), SHA-256 of everything before (32). It is put in place whole, and never waited for: if it is old, missing
/// or damaged, less is noticed, and nothing that is fine is refused.
/// </remarks>
internal sealed class RecordGeneration
{
    private const string FileName = "record.generation";
    private const int Interval = 1_000;
    private const int FileBytes = 1 + 28 + 8 + Digest.Size;

    private readonly string _file;
    private long _noted;

    /// <summary>Goes on from the generation that is in the database in <paramref name="directory"/>, 0 when no record was written.</summary>
    /// <exception cref="StoreException">A later one is known to have been written.</exception>
    public RecordGeneration(string directory, long stored)
    {
        _file = Path.Combine(directory, FileName);
        _noted = Read(_file);
        if (_noted > stored)
        {
            throw new StoreException(
                $"The store in {directory} has lost safety records: it is at record {stored}, and record {_noted} was written. It was put back from an older copy, or the power failed where durability is Os. "
                + $"If that is so for not more than f replicas at a time, remove {_file} and start again: the replica asks the others what it has signed.");
        }

        Current = stored;
        Note();
    }

    private static ReadOnlySpan<byte> Tag => "hotstuff/record-generation/1"u8;

    /// <summary>How many records were written.</summary>
    public long Current { get; private set; }

    /// <summary>The record that is the next one of <see cref="Current"/> was written, as durably as it is to be.</summary>
    public void Advance()
    {
        Current++;
        if (Current - _noted >= Interval)
            Note();
    }

    /// <summary>Writes the file, unless it says so already.</summary>
    public void Note()
    {
        if (Current == _noted)
            return;
        var buffer = new byte[FileBytes];
        var writer = new CanonicalWriter(buffer);
        writer.Tag(Tag);
        writer.Int64(Current);
        writer.Digest(Digest.Of(buffer.AsSpan(0, writer.Length)));
        try
        {
            File.WriteAllBytes(_file + ".new", buffer);
            File.Move(_file + ".new", _file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An older number than could be there notices less. That the disk is full is for the next record to say.
        }

        _noted = Current;
    }

    /// <summary>What the file says; 0 when there is none, or a damaged one.</summary>
    internal static long Read(string file)
    {
        Span<byte> bytes = stackalloc byte[FileBytes];
        try
        {
            using var handle = File.OpenHandle(file);
            if (RandomAccess.GetLength(handle) != FileBytes || RandomAccess.Read(handle, bytes, 0) != FileBytes)
                return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }

        var reader = new CanonicalReader(bytes);
        var tagged = reader.Take(reader.Byte()).SequenceEqual(Tag);
        var generation = reader.Int64();
        return tagged && reader.Digest() == Digest.Of(bytes[..^Digest.Size]) ? generation : 0;
    }
}
