using System.Buffers;
using HotStuff.Consensus;

namespace HotStuff.StateMachine;

/// <content>How the table is written and read.</content>
public sealed partial class ClientTable
{
    private const byte Version = 1;

    /// <summary>
    /// Writes the table: clients in the order of their activity, then results in the order of execution. Equal tables write equal bytes.
    /// </summary>
    public void Snapshot(IBufferWriter<byte> destination)
    {
        var writer = new CanonicalWriter(destination.GetSpan(1 + 4 + 4));
        writer.Byte(Version);
        writer.Int32(_sessions.Count);
        writer.Int32(_kept.Count);
        destination.Advance(writer.Length);

        foreach (var session in _byActivity)
        {
            writer = new CanonicalWriter(destination.GetSpan(ClientId.Size));
            writer.UInt128(session.Client.Value);
            destination.Advance(writer.Length);
            session.Window.Snapshot(destination);
        }

        foreach (var (owner, results) in _kept)
        {
            writer = new CanonicalWriter(destination.GetSpan(ClientId.Size + 8 + 4 + 4));
            writer.UInt128(owner.Client.Value);
            writer.Int64(results.FirstSequence);
            writer.Int32(results.Count);
            writer.Int32(results.Encoded.Length);
            destination.Advance(writer.Length);
            destination.Write(results.Encoded.Span);
        }
    }

    /// <summary>
    /// Reads a table from bytes that may be anything and moves past it; null when there is none that these limits allow. The new table
    /// counts on in
    /// <paramref name="counters"/>.
    /// </summary>
    public static ClientTable? TryRead(ref CanonicalReader reader, ProtocolLimits limits, ClientTableCounters counters)
    {
        var table = new ClientTable(limits) { Counters = counters };
        var version = reader.Byte();
        var sessions = reader.Int32();
        var kept = reader.Int32();
        if (reader.Failed || version != Version || sessions < 0 || sessions > limits.MaxSessions || kept < 0)
            return null;

        for (var i = 0; i < sessions; i++)
        {
            var client = new ClientId(reader.UInt128());
            if (SequenceWindow.TryRead(ref reader, limits.ClientWindow) is not { } window || table._sessions.ContainsKey(client))
                return null;
            table.Open(client, window);
        }

        for (var i = 0; i < kept; i++)
        {
            if (!table.TryReadKept(ref reader))
                return null;
        }

        return table.KeptBytes <= table.MaxKeptBytes ? table : null;
    }

    private bool TryReadKept(ref CanonicalReader reader)
    {
        var client = new ClientId(reader.UInt128());
        var first = reader.Int64();
        var count = reader.Int32();
        var encoded = reader.Take(reader.Int32());
        if (reader.Failed || !_sessions.TryGetValue(client, out var session)
            || SegmentResults.TryRead(client, first, count, encoded.ToArray()) is not { } results
            || IsForgotten(session, results.LastSequence) || !session.HasRoomFor(results))
        {
            return false;
        }

        foreach (var result in results)
        {
            if (result.Status == CommandStatus.OutsideWindow || !session.Window.Contains(result.Sequence))
                return false;
        }

        Keep(new KeptResults(session, results));
        return true;
    }
}
