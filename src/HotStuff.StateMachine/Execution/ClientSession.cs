using System.Runtime.InteropServices;
using HotStuff.Consensus;

namespace HotStuff.StateMachine;

/// <summary>What is remembered about one client: what has run, and the results that are kept, by sequence number.</summary>
internal sealed class ClientSession
{
    // Sorted by sequence number and disjoint; those before _first are gone already.
    private List<LinkedListNode<KeptResults>>? _kept;
    private int _first;

    public ClientSession(ClientId client, SequenceWindow window)
    {
        Client = client;
        Window = window;
        Activity = new LinkedListNode<ClientSession>(this);
    }

    public ClientId Client { get; }

    public SequenceWindow Window { get; }

    /// <summary>The place in the table's order of activity.</summary>
    public LinkedListNode<ClientSession> Activity { get; }

    /// <summary>The results kept, by sequence number.</summary>
    public ReadOnlySpan<LinkedListNode<KeptResults>> Kept => CollectionsMarshal.AsSpan(_kept)[_first..];

    /// <summary>The results that hold the one of <paramref name="sequence"/>; null when they are not kept.</summary>
    public SegmentResults? Find(long sequence)
    {
        var index = CountUpTo(sequence) - 1;
        return index >= 0 && Kept[index].Value.Results is var results && sequence <= results.LastSequence ? results : null;
    }

    /// <summary>Whether nothing kept overlaps these results.</summary>
    public bool HasRoomFor(SegmentResults results) =>
        Find(results.FirstSequence) is null && CountUpTo(results.FirstSequence) == CountUpTo(results.LastSequence);

    public void Keep(LinkedListNode<KeptResults> node)
    {
        _kept ??= new List<LinkedListNode<KeptResults>>(1);
        _kept.Insert(_first + CountUpTo(node.Value.Results.FirstSequence), node);
    }

    /// <summary>Lets go of results that are kept.</summary>
    public void Forget(LinkedListNode<KeptResults> node)
    {
        var index = CountUpTo(node.Value.Results.FirstSequence) - 1;
        if (index > 0)
        {
            _kept!.RemoveAt(_first + index);
            return;
        }

        // The usual case, in constant time: the lowest leaves first, and the space is closed once it is half of the list.
        _kept![_first++] = null!;
        if (_first == _kept.Count)
        {
            _kept = null;
            _first = 0;
        }
        else if (_first > 16 && _first > _kept.Count / 2)
        {
            _kept.RemoveRange(0, _first);
            _first = 0;
        }
    }

    // How many of the results kept start at or below the sequence number.
    private int CountUpTo(long sequence)
    {
        var kept = Kept;
        if (kept.IsEmpty || kept[^1].Value.Results.FirstSequence <= sequence)
            return kept.Length;

        var low = 0;
        var high = kept.Length - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (kept[middle].Value.Results.FirstSequence <= sequence)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}

/// <summary>Results in the client table, with their owner.</summary>
internal readonly record struct KeptResults(ClientSession Owner, SegmentResults Results);
