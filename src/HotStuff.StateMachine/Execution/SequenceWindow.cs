using System.Buffers;
using System.Numerics;
using HotStuff.Consensus;

namespace HotStuff.StateMachine;

/// <summary>
/// Which of a client's commands have run: all up to <see cref="Low"/>, and those above it that a bitmap marks. The bitmap exists only while
/// commands have run out of order, so that it costs an orderly client nothing.
/// </summary>
internal sealed class SequenceWindow
{
    // The last command of a segment that starts as high as one can.
    private const long HighestPossible = CommandSegment.MaxSequence + int.MaxValue;

    // A ring: bit (sequence mod size), for sequences in (Low, Highest]. Its size is a power of two and at least Highest - Low.
    private ulong[]? _bits;

    /// <summary>All sequence numbers from 1 to here have run.</summary>
    public long Low { get; private set; }

    /// <summary>The highest sequence number that has run; at most the width above <see cref="Low"/>.</summary>
    public long Highest { get; private set; }

    public bool Contains(long sequence) => sequence <= Low || (sequence <= Highest && Bit(sequence));

    /// <summary>Marks a sequence number, at most the width above <see cref="Low"/>, as run.</summary>
    public void Add(long sequence)
    {
        if (sequence == Low + 1)
        {
            Low++;
            if (Highest < Low)
                Highest = Low;
            else
                Close();
            return;
        }

        EnsureRoom(sequence);
        Highest = Math.Max(Highest, sequence);
        Set(_bits!, sequence);
    }

    /// <summary>Writes low and highest (8 bytes each) and one bit for each sequence number between, the lowest first.</summary>
    public void Snapshot(IBufferWriter<byte> destination)
    {
        var bytes = BitmapSize(Low, Highest);
        var span = destination.GetSpan(16 + bytes);
        var writer = new CanonicalWriter(span);
        writer.Int64(Low);
        writer.Int64(Highest);
        var bitmap = span.Slice(16, bytes);
        bitmap.Clear();
        for (var sequence = Low + 1; sequence <= Highest; sequence++)
        {
            var offset = (int)(sequence - Low - 1);
            if (Bit(sequence))
                bitmap[offset / 8] |= (byte)(1 << (offset % 8));
        }

        destination.Advance(16 + bytes);
    }

    /// <summary>Reads what <see cref="Snapshot"/> wrote; null when it is something else.</summary>
    public static SequenceWindow? TryRead(ref CanonicalReader reader, int width)
    {
        var low = reader.Int64();
        var highest = reader.Int64();
        if (reader.Failed || low < 0 || highest is < 1 or > HighestPossible || highest < low || highest - low > width)
            return null;

        var bitmap = reader.Take(BitmapSize(low, highest));
        if (reader.Failed)
            return null;

        var window = new SequenceWindow { Low = low, Highest = low };
        var set = 0;
        for (var sequence = low + 1; sequence <= highest; sequence++)
        {
            var offset = (int)(sequence - low - 1);
            if ((bitmap[offset / 8] & (1 << (offset % 8))) == 0)
                continue;
            window.Add(sequence);
            set++;
        }

        var marked = 0;
        foreach (var part in bitmap)
            marked += BitOperations.PopCount(part);

        // One state, one encoding: the first bit is clear, the last is set, and nothing is marked beyond it.
        return window.Low == low && window.Highest == highest && marked == set ? window : null;
    }

    private static int BitmapSize(long low, long highest) => (int)((highest - low + 7) / 8);

    private void Close()
    {
        while (Low < Highest && Bit(Low + 1))
        {
            Low++;
            Clear(Low);
        }

        if (Low == Highest)
            _bits = null;
    }

    private void EnsureRoom(long sequence)
    {
        var needed = sequence - Low;
        if (_bits is not null && needed <= _bits.Length * 64L)
            return;

        var larger = new ulong[Math.Max((int)BitOperations.RoundUpToPowerOf2((ulong)needed) / 64, 1)];
        for (var i = Low + 1; i <= Highest; i++)
        {
            if (Bit(i))
                Set(larger, i);
        }

        _bits = larger;
    }

    private bool Bit(long sequence) => (_bits![Word(_bits, sequence)] & (1UL << (int)(sequence & 63))) != 0;

    private void Clear(long sequence) => _bits![Word(_bits, sequence)] &= ~(1UL << (int)(sequence & 63));

    private static void Set(ulong[] bits, long sequence) => bits[Word(bits, sequence)] |= 1UL << (int)(sequence & 63);

    private static int Word(ulong[] bits, long sequence) => (int)(sequence >> 6) & (bits.Length - 1);
}
