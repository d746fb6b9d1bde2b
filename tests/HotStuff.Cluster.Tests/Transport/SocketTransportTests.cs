using System.Buffers.Binary;
using System.Net.Sockets;
using Akka.Remote.Transport;

namespace HotStuff.Cluster.Tests;

/// <summary>Real sockets on loopback.</summary>
public sealed class SocketTransportTests : IAsyncDisposable
{
    private readonly LoopbackTransports _transports = new();

    public ValueTask DisposeAsync() => _transports.DisposeAsync();

    [Fact]
    public async Task Frames_of_all_sizes_arrive_in_order_both_ways()
    {
        var (a, b) = await MeetAsync();
        int[] sizes = [1, 2, 100, 4_091, 4_092, 4_093, 16_384, 65_536, 300_000, LoopbackTransports.MaxFrame, 1];
        foreach (var (from, to) in new[] { (a, b), (b, a) })
        {
            foreach (var size in sizes)
            {
                Assert.True(from.Write(Frame(size)));
                Assert.Equal(Frame(size), await to.NextAsync());
            }
        }
    }

    [Fact]
    public async Task Many_threads_send_on_one_connection_and_no_frame_is_torn()
    {
        var (a, b) = await MeetAsync();
        const int Count = 20_000;
        var sending = Task.Run(() => Parallel.For(0, Count, i => a.Write(BitConverter.GetBytes(i))));
        var seen = new HashSet<int>();
        for (var i = 0; i < Count; i++)
            seen.Add(BitConverter.ToInt32(await b.NextAsync()));
        await sending;
        Assert.Equal(Count, seen.Count);
    }

    [Fact]
    public async Task Several_connections_carry_each_its_own_frames()
    {
        var (one, other) = (await _transports.StartAsync(), await _transports.StartAsync());
        for (var i = 0; i < 3; i++)
        {
            var (mine, theirs) = await one.MeetAsync(other);
            mine.Write([(byte)i]);
            theirs.Write([(byte)(100 + i)]);
            Assert.Equal([(byte)i], await theirs.NextAsync());
            Assert.Equal([(byte)(100 + i)], await mine.NextAsync());
        }
    }

    [Fact]
    public async Task What_is_sent_and_received_is_counted_with_its_headers()
    {
        var (one, other) = (await _transports.StartAsync(), await _transports.StartAsync());
        var (mine, theirs) = await one.MeetAsync(other);
        mine.Write(Frame(100));
        mine.Write(Frame(50));
        await theirs.NextAsync();
        await theirs.NextAsync();
        Assert.Equal((158, 0), (one.Counters.BytesSent, one.Counters.BytesReceived));
        Assert.Equal((0, 158), (other.Counters.BytesSent, other.Counters.BytesReceived));
    }

    [Fact]
    public async Task A_delay_holds_frames_back_in_their_order()
    {
        var (slow, other) = (await _transports.StartAsync(delayMs: 80), await _transports.StartAsync());
        var (mine, theirs) = await slow.MeetAsync(other);
        var start = TimeProvider.System.GetTimestamp();
        for (byte i = 0; i < 20; i++)
            mine.Write([i]);
        for (byte i = 0; i < 20; i++)
            Assert.Equal([i], await theirs.NextAsync());
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(80));
    }

    [Fact]
    public async Task What_a_delay_holds_back_is_bounded_and_the_rest_is_counted()
    {
        var (slow, other) = (await _transports.StartAsync(delayMs: 5_000), await _transports.StartAsync());
        var (mine, _) = await slow.MeetAsync(other);
        for (var i = 0; i < 4; i++)
            Assert.True(mine.Write(new byte[LoopbackTransports.MaxFrame]));
        Assert.Equal(3, slow.Counters.Unsent);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(int.MaxValue)]
    [InlineData(LoopbackTransports.MaxFrame + 1)]
    public async Task A_length_that_is_not_allowed_ends_the_connection_and_is_counted(int length)
    {
        var listening = await _transports.StartAsync();
        using var attacker = await LoopbackTransports.ConnectAsync(listening.Address);
        var side = await listening.Accepted.NextAsync();
        var bytes = new byte[100];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        await attacker.SendAsync(bytes);
        await side.EndedAsync();
        Assert.Equal(0, await LoopbackTransports.ReadToEndAsync(attacker));
        Assert.Equal(1, listening.Counters.Refused(TransportRefusal.FrameLength));
    }

    [Fact]
    public async Task What_waits_for_a_peer_that_does_not_read_is_bounded_and_the_rest_is_counted()
    {
        var listening = await _transports.StartAsync();
        using var peer = await LoopbackTransports.ConnectAsync(listening.Address);
        var side = await listening.Accepted.NextAsync();
        var frame = Frame(10_000);
        const int Count = 5_000;
        for (var i = 0; i < Count; i++)
        {
            // Not false: Akka would keep the frame in a list without a bound.
            Assert.True(side.Write(frame));
            Assert.InRange(((SocketConnection)side.Handle).WaitingBytes, 0, LoopbackTransports.MaxQueued);
        }

        var unsent = listening.Counters.Unsent;
        Assert.InRange(unsent, 1_000, Count - (LoopbackTransports.MaxQueued / 10_004));

        // It reads at last: whole frames, all those that were not dropped, and new ones go out again.
        var (total, buffer) = (0L, new byte[1 << 20]);
        while (total < (Count - unsent) * 10_004)
            total += await peer.ReceiveAsync(buffer);
        Assert.Equal((Count - unsent) * 10_004, total);
        Assert.True(side.Write(frame));
        Assert.InRange(await peer.ReceiveAsync(buffer), 1, 10_004);
        Assert.Equal(unsent, listening.Counters.Unsent);
    }

    [Fact]
    public async Task One_frame_of_the_largest_size_is_taken_though_the_bound_is_reached_by_it()
    {
        var (a, b) = await MeetAsync();
        for (var i = 0; i < 3; i++)
        {
            a.Write(Frame(LoopbackTransports.MaxFrame));
            Assert.Equal(LoopbackTransports.MaxFrame, (await b.NextAsync()).Length);
        }
    }

    [Fact]
    public async Task Both_sides_learn_of_the_end_and_the_peer_is_reached_again()
    {
        var (one, other) = (await _transports.StartAsync(), await _transports.StartAsync());
        for (var i = 0; i < 3; i++)
        {
            var (mine, theirs) = await one.MeetAsync(other);
            mine.Write(Frame(100_000));
            mine.Handle.Disassociate("test", Akka.Event.NoLogger.Instance);
            Assert.Equal(100_000, (await theirs.NextAsync()).Length);
            await theirs.EndedAsync();
            await mine.EndedAsync();
            Assert.False(mine.Write([1]));
        }
    }

    [Fact]
    public async Task A_peer_that_is_not_there_is_an_invalid_association()
    {
        var one = await _transports.StartAsync();
        var nowhere = one.Address.WithPort(TestPorts.Next());
        var refused = await Assert.ThrowsAsync<InvalidAssociationException>(() => one.Transport.Associate(nowhere));
        Assert.StartsWith($"127.0.0.1:{nowhere.Port} cannot be reached: ", refused.Message);
        await Assert.ThrowsAsync<InvalidAssociationException>(() => one.Transport.Associate(one.Address.WithHost("no.such.host.invalid")));
    }

    [Fact]
    public async Task Connections_above_the_bound_are_refused_and_counted()
    {
        var listening = await _transports.StartAsync();
        var sockets = new List<Socket>();
        for (var i = 0; i < LoopbackTransports.MaxConnections; i++)
        {
            sockets.Add(await LoopbackTransports.ConnectAsync(listening.Address));
            await listening.Accepted.NextAsync();
        }

        using var surplus = await LoopbackTransports.ConnectAsync(listening.Address);
        Assert.Equal(0, await LoopbackTransports.ReadToEndAsync(surplus));
        Assert.Equal(1, listening.Counters.Refused(TransportRefusal.TooManyConnections));
        sockets.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Shutdown_ends_all_connections_and_frees_the_port()
    {
        var (one, other) = (await _transports.StartAsync(), await _transports.StartAsync());
        var (mine, theirs) = await one.MeetAsync(other);
        using var silent = await LoopbackTransports.ConnectAsync(one.Address);
        // Nobody has registered for this one.
        var unheard = await one.Transport.Associate(other.Address);
        Assert.True(await one.Transport.Shutdown());
        Assert.Equal(0, one.Transport.Connections);
        await mine.EndedAsync();
        await theirs.EndedAsync();
        Assert.Equal(0, await LoopbackTransports.ReadToEndAsync(silent));
        Assert.False(new LoopbackTransports.Side(unheard).Write([1]));
        await Assert.ThrowsAsync<InvalidAssociationException>(() => one.Transport.Associate(other.Address));
        Assert.Equal(one.Address.Port, (await _transports.StartAsync(one.Address.Port!.Value)).Address.Port);
    }

    [Fact]
    public async Task Shutdown_does_not_wait_long_for_a_peer_that_does_not_read()
    {
        var listening = await _transports.StartAsync();
        using var peer = await LoopbackTransports.ConnectAsync(listening.Address);
        var side = await listening.Accepted.NextAsync();
        while (listening.Counters.Unsent == 0)
            side.Write(Frame(100_000));
        Assert.True(await listening.Transport.Shutdown().WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(0, listening.Transport.Connections);
        Assert.InRange(await LoopbackTransports.ReadToEndAsync(peer), 1, int.MaxValue);
    }

    private static byte[] Frame(int size)
    {
        var frame = new byte[size];
        for (var i = 0; i < size; i++)
            frame[i] = (byte)(i * 7);
        return frame;
    }

    private async Task<(LoopbackTransports.Side Mine, LoopbackTransports.Side Theirs)> MeetAsync()
    {
        var (one, other) = (await _transports.StartAsync(), await _transports.StartAsync());
        return await one.MeetAsync(other);
    }
}
