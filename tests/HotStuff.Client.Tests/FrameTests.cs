using System.Buffers;
using CsCheck;
using Google.Protobuf;
using HotStuff.Client.Tests.Support;
using HotStuff.Client.Wire;
using HotStuff.Consensus;

namespace HotStuff.Client.Tests;

public sealed class FrameTests
{
    private static readonly Gen<(FrameType Type, byte[] Query)[]> Frames =
        Gen.Select(Gen.Enum<FrameType>(), Gen.Byte.Array[0, 40]).Array[1, 4];

    [Fact]
    public void Frames_split_at_every_byte_boundary_are_read_the_same()
    {
        Frames.Sample(frames =>
        {
            var stream = Encode(frames);
            for (var cut = 0; cut <= stream.Length; cut++)
                AssertSame(frames, ReadAll(Split(stream, cut)));
        });
    }

    [Fact]
    public void Frames_that_arrive_byte_by_byte_are_read_when_they_are_complete_and_not_before()
    {
        Frames.Sample(frames =>
        {
            var stream = Encode(frames);
            var read = new List<(FrameType, byte[])>();
            var start = 0;
            for (var end = 1; end <= stream.Length; end++)
            {
                var buffer = Split(stream[start..end], (end - start) / 2);
                if (Frame.TryRead(ref buffer, 1000, out var type, out var message) == FrameRead.Incomplete)
                    continue;
                read.Add((type, message.ToArray()));
                Assert.True(buffer.IsEmpty);
                start = end;
            }

            Assert.Equal(stream.Length, start);
            AssertSame(frames, read);
        });
    }

    [Fact]
    public async Task A_connection_that_gets_its_bytes_one_by_one_works_the_same()
    {
        await using var cluster = await FakeCluster.StartAsync();
        using var client = await RawClient.ConnectAsync(cluster[0].Listener);
        byte[] stream =
        [
            .. RawClient.Encode(FrameType.Hello, client.Hello(cluster.Genesis.ChainId)),
            .. RawClient.Encode(FrameType.Submit, new Submit { Segment = ByteString.CopyFrom(client.Segment(1, [7, 8]).Encoded.Span) }),
        ];

        foreach (var one in stream)
            await client.SendAsync([one]);

        Assert.Equal(FrameType.Welcome, (await client.ReceiveAsync())?.Type);
        Assert.Equal(FrameType.Replies, (await client.ReceiveAsync())?.Type);
        Assert.Equal(client.Segment(1, [7, 8]).Encoded.ToArray(), cluster[0].Received.Single().Encoded.ToArray());
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception()
    {
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            var buffer = new ReadOnlySequence<byte>(bytes);
            while (Frame.TryRead(ref buffer, 100, out _, out var message) == FrameRead.Complete)
            {
                _ = Frame.TryParse(Parsers.Hello, message, out _);
                _ = Frame.TryParse(Parsers.Submit, message, out _);
                if (Frame.TryParse(Parsers.Replies, message, out var replies))
                    Assert.All(replies.Segments, segment => WireValues.Results(new ClientId(1), segment));
                if (Frame.TryParse(Parsers.StatusReply, message, out var status))
                    WireValues.Status(new ReplicaId(0), status);
                Assert.True(message.Length < 100);
            }
        });
    }

    [Fact]
    public void A_status_survives_the_wire()
    {
        var status = new NodeStatus
        {
            Replica = new ReplicaId(3),
            View = new View(1),
            Leader = new ReplicaId(2),
            Committed = new Height(3),
            Executed = new Height(4),
            LockedView = new View(5),
            HighQcView = new View(6),
            PeersProven = 7,
            PendingCommands = 8,
            Timeouts = 9,
            Blocks = 10,
            CommandsExecuted = 11,
            Duplicates = 12,
            StateDigest = Digest.Of([13]),
            Version = "14",
            Uptime = TimeSpan.FromMilliseconds(15),
            CpuSeconds = 16.5,
            RssBytes = 17,
            OpsMembers = 18,
            Checkpoint = new Height(19),
            Oldest = new Height(20),
            BlocksFetched = 21,
            SnapshotsFetched = 22,
            EvidenceCount = 23,
            Evidence = [new byte[] { 24, 25 }, new byte[] { 26 }],
            Resources = new NodeResources
            {
                CpuUserSeconds = 27.5,
                RssPeakBytes = 28,
                GcPause = TimeSpan.FromMicroseconds(29),
                GcCount = 30,
                AllocatedBytes = 31,
                PeerBytesSent = 32,
                PeerBytesReceived = 33,
                ClientBytesSent = 34,
                ClientBytesReceived = 35,
                Flushes = 36,
            },
        };

        AssertSurvives(status);
        AssertSurvives(status with { StateDigest = null, Evidence = [] });

        static void AssertSurvives(NodeStatus status)
        {
            var back = WireValues.Status(status.Replica, StatusReply.Parser.ParseFrom(WireValues.ToWire(1, status).ToByteArray()));
            Assert.Equal(status.Evidence.Select(piece => piece.ToArray()), back.Evidence.Select(piece => piece.ToArray()));
            Assert.Equal(status, back with { Evidence = status.Evidence });
        }
    }

    private static byte[] Encode((FrameType Type, byte[] Query)[] frames) =>
        frames.SelectMany(frame => RawClient.Encode(frame.Type, new QueryRequest { Query = ByteString.CopyFrom(frame.Query) })).ToArray();

    private static List<(FrameType, byte[])> ReadAll(ReadOnlySequence<byte> buffer)
    {
        var read = new List<(FrameType, byte[])>();
        while (Frame.TryRead(ref buffer, 1000, out var type, out var message) == FrameRead.Complete)
            read.Add((type, message.ToArray()));
        Assert.True(buffer.IsEmpty);
        return read;
    }

    private static void AssertSame((FrameType Type, byte[] Query)[] expected, List<(FrameType Type, byte[] Message)> read)
    {
        Assert.Equal(expected.Select(frame => frame.Type), read.Select(frame => frame.Type));
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i].Query, QueryRequest.Parser.ParseFrom(read[i].Message).Query.ToByteArray());
    }

    private static ReadOnlySequence<byte> Split(byte[] bytes, int cut)
    {
        var first = new Part(bytes.AsMemory(0, cut), 0);
        var second = new Part(bytes.AsMemory(cut), cut);
        first.Continue(second);
        return new ReadOnlySequence<byte>(first, 0, second, bytes.Length - cut);
    }

    private sealed class Part : ReadOnlySequenceSegment<byte>
    {
        public Part(ReadOnlyMemory<byte> memory, long start)
        {
            Memory = memory;
            RunningIndex = start;
        }

        public void Continue(Part next) => Next = next;
    }
}
