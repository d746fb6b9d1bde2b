using System.Buffers.Binary;
using HotStuff.Consensus;

namespace HotStuff.StateMachine.Tests;

/// <summary>Snapshots that are well-formed, written by hand, and say what no execution can lead to.</summary>
public sealed class ForgedTableTests
{
    private static readonly ProtocolLimits Limits = new() { ClientWindow = 64, MaxSessions = 8 };

    // All up to 3 have run, and 5.
    private static readonly byte[] Client = Session(1, low: 3, highest: 5, 0b10);

    private static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Int64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>Version, and the last block executed.</summary>
    private static byte[] Ninth => [2, .. Int32(Make.Block(9).Encoded.Length), .. Make.Block(9).Encoded.Span];

    private static byte[] Session(long client, long low, long highest, params byte[] bitmap) =>
        [.. Int64(0), .. Int64(client), .. Int64(low), .. Int64(highest), .. bitmap];

    private static byte[] Kept(long client, long first, int count, params byte[] encoded) =>
        [.. Int64(0), .. Int64(client), .. Int64(first), .. Int32(count), .. Int32(encoded.Length), .. encoded];

    private static byte[] Snapshot(byte[][] sessions, params byte[][] kept) =>
    [
        .. Ninth,
        1, .. Int32(sessions.Length), .. Int32(kept.Length), .. sessions.SelectMany(bytes => bytes), .. kept.SelectMany(bytes => bytes),
        1, 0, 0, 0, 0,
    ];

    private static void Refused(byte[] snapshot) =>
        Assert.Throws<InvalidDataException>(() => new ReplicatedState(new KeyValueStore(), Limits).Restore(snapshot, Make.Chain));

    [Fact]
    public void A_table_that_execution_can_lead_to_is_accepted()
    {
        var snapshot = Snapshot([Client, Session(2, low: 1, highest: 1)], Kept(1, 5, 1, 0, 0), Kept(1, 1, 3, 0, 1, 7, 1, 0, 0, 0));
        var state = new ReplicatedState(new KeyValueStore(), Limits);
        state.Restore(snapshot, Make.Chain);
        Assert.Equal(snapshot, Make.Snapshot(state.Snapshot));
        Assert.Equal(new Height(9), state.Height);
        Assert.Equal(["1 Executed 07", "2 ResultForgotten ", "3 Executed "], Make.Hex(state.Execute(Make.Segment(1, 1, 3))[0]));
    }

    [Fact]
    public void A_window_in_another_encoding_than_its_own_is_refused()
    {
        Refused(Snapshot([Session(1, low: 3, highest: 5, 0b11)])); // 4 has run: low is 5
        Refused(Snapshot([Session(1, low: 3, highest: 5, 0b01)])); // 5 has not run: highest is lower
        Refused(Snapshot([Session(1, low: 3, highest: 5, 0b00)]));
        Refused(Snapshot([Session(1, low: 3, highest: 5, 0b110)])); // beyond highest
        Refused(Snapshot([Session(1, low: 3, highest: 2)]));
        Refused(Snapshot([Session(1, low: -1, highest: 1, 0b10)]));
        Refused(Snapshot([Session(1, low: 0, highest: 0)])); // nothing has run: no session
        Refused(Snapshot([Session(1, low: long.MaxValue - 2, highest: long.MaxValue, 0b10)]));
        Refused(Snapshot([Session(1, low: 0, highest: 65, 0, 0, 0, 0, 0, 0, 0, 0, 1)]));
    }

    [Fact]
    public void A_client_cannot_be_there_twice() => Refused(Snapshot([Client, Client]));

    [Fact]
    public void Results_that_cannot_be_kept_are_refused()
    {
        Refused(Snapshot([Client], Kept(2, 1, 1, 0, 0))); // nobody's
        Refused(Snapshot([Client], Kept(1, 4, 1, 0, 0))); // of what has not run
        Refused(Snapshot([Client], Kept(1, 3, 3, 0, 0, 0, 0, 0, 0)));
        Refused(Snapshot([Client], Kept(1, 3, 1, 2, 0))); // outside the window, and yet run
        Refused(Snapshot([Client], Kept(1, 3, 1, 9, 0)));
        Refused(Snapshot([Client], Kept(1, 3, 1, 0, 0), Kept(1, 3, 1, 0, 0))); // twice
        Refused(Snapshot([Client], Kept(1, 2, 1, 0, 0), Kept(1, 1, 3, 0, 0, 0, 0, 0, 0))); // overlapping
        Refused(Snapshot([Client], Kept(1, 1, 3, 0, 0, 0, 0, 0, 0), Kept(1, 2, 1, 0, 0)));
        Refused(Snapshot([Session(1, low: 100, highest: 100)], Kept(1, 35, 2, 0, 0, 0, 0))); // behind the window
    }

    [Fact]
    public void Numbers_of_things_that_are_not_there_are_refused()
    {
        byte[] Claims(int sessions, int kept) => [.. Ninth, 1, .. Int32(sessions), .. Int32(kept), .. Client, 1, 0, 0, 0, 0];
        new ReplicatedState(new KeyValueStore(), Limits).Restore(Claims(1, 0), Make.Chain);
        Refused(Claims(2, 0));
        Refused(Claims(9, 0));
        Refused(Claims(-1, 0));
        Refused(Claims(1, 1));
        Refused(Claims(1, -1));
        Refused(Claims(1, int.MaxValue));
    }
}
