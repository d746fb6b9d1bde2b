using Akka.Actor;
using CsCheck;

namespace HotStuff.Cluster.Tests;

public sealed class AkkaFrameTests
{
    private static readonly PeerAddress To = new(new HotStuff.Consensus.ReplicaId(0), "127.0.0.1", 5053);

    private static readonly byte[][] Honest =
    [
        AkkaBytes.Associate(To), AkkaBytes.Control(2), AkkaBytes.Control(3), AkkaBytes.Control(4), AkkaBytes.Control(5), AkkaBytes.Message(To),
        AkkaBytes.Message(To, sender: AkkaBytes.Sender(To), acknowledgement: AkkaBytes.Acknowledgement(-1)),
        AkkaBytes.Bytes(1, AkkaBytes.Acknowledgement(-1)),
    ];

    [Fact]
    public void Our_handshake_and_heartbeat_are_what_Akka_writes()
    {
        var origin = new Address("tcp", "hotstuff", "127.0.0.1", 5053);
        Assert.Equal(AkkaBytes.Associate(To), AkkaFrameWriter.Associate(origin, 77).ToByteArray());
        Assert.Equal(AkkaBytes.Control(3), AkkaFrameWriter.Heartbeat.ToByteArray());
        Assert.Equal(origin, AkkaFrame.TryParse(AkkaBytes.Associate(To))?.Origin);
    }

    [Fact]
    public void A_frame_that_is_cut_or_longer_is_refused()
    {
        foreach (var frame in Honest)
        {
            Assert.NotNull(AkkaFrame.TryParse(frame));
            for (var length = 0; length < frame.Length; length++)
                Assert.Null(AkkaFrame.TryParse(frame.AsMemory(0, length)));
            Assert.Null(AkkaFrame.TryParse((byte[])[.. frame, 0]));
            Assert.Null(AkkaFrame.TryParse((byte[])[.. frame, .. frame]));
        }
    }

    [Fact]
    public void Garbage_and_damaged_frames_throw_nothing_and_allocate_little()
    {
        Gen.Select(Gen.Int[0, Honest.Length - 1].Select(i => Honest[i]), Gen.Byte.Array[0, 8], Gen.Int[0, 200], Gen.Int[0, 200]).Sample(
            (frame, patch, at, cut) =>
            {
                var damaged = (byte[])frame.Clone();
                for (var i = 0; i < patch.Length && at + i < damaged.Length; i++)
                    damaged[at + i] = patch[i];
                Assert.InRange(Allocated(damaged.AsMemory(0, Math.Min(damaged.Length, 200 + cut))), 0, 4_000);
                Assert.InRange(Allocated(patch), 0, 4_000);
            },
            iter: 50_000,
            threads: 1);
    }

    [Fact]
    public void A_message_is_taken_apart_without_being_copied()
    {
        ReadOnlyMemory<byte> bytes = AkkaBytes.Message(To, payload: new byte[100_000]);
        Assert.Equal(0, Allocated(bytes));
        Assert.Equal(100_000, AkkaFrame.TryParse(bytes)?.Payload.Length);
    }

    // The least of a few: a collection at the same time is counted as some kilobytes.
    private static long Allocated(ReadOnlyMemory<byte> bytes)
    {
        var least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            AkkaFrame.TryParse(bytes);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
