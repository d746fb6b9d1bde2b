using System.Buffers;
using System.Net;
using System.Net.Sockets;
using HotStuff.Client.Wire;
using HotStuff.Consensus;

namespace HotStuff.Client.Tests.Support;

/// <summary>Welcomes clients and then sends them bytes without meaning.</summary>
internal sealed class GarbageReplica : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    private GarbageReplica(ReplicaId replica, Committee committee)
    {
        _listener.Start();
        _serving = Task.Run(() => ServeAsync(replica, committee));
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static GarbageReplica Start(ReplicaId replica, Committee committee) => new(replica, committee);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync(ReplicaId replica, Committee committee)
    {
        var welcome = new Welcome { Replica = (uint)replica.Index, N = (uint)committee.Size, MaxSegmentBytes = uint.MaxValue };
        var bytes = new ArrayBufferWriter<byte>();
        Frame.Write(bytes, FrameType.Welcome, welcome, welcome.CalculateSize());
        bytes.Write((ReadOnlySpan<byte>)[0xff, 0xff, 0xff, 0xff, 5, 1, 2, 3]);
        try
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync();
                await socket.SendAsync(bytes.WrittenMemory);

                // Until the client has had enough.
                var buffer = new byte[1024];
                while (await socket.ReceiveAsync(buffer) > 0)
                {
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
