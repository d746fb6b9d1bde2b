using System.Net;
using System.Net.Sockets;

namespace HotStuff.Cluster.Tests;

/// <summary>Somebody with a socket, who can send anything.</summary>
internal sealed class RawPeer(Socket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<RawPeer> ConnectAsync(PeerAddress to)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Parse(to.Host), to.Port);
        return new RawPeer(socket);
    }

    public async Task SendAsync(params byte[][] frames)
    {
        // At once: after some of them the other side may close, and then no more could be sent.
        await socket.SendAsync(frames.SelectMany(AkkaBytes.Framed).ToArray());
    }

    /// <summary>The next frame; null when the other side has ended the connection.</summary>
    public async Task<byte[]?> ReceiveAsync() =>
        await ReceiveAsync(sizeof(int)) is { } header ? await ReceiveAsync(BitConverter.ToInt32(header)) : null;

    /// <summary>Completes when the other side has ended the connection.</summary>
    public async Task EndedAsync()
    {
        while (await ReceiveAsync() is not null)
        {
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task<byte[]?> ReceiveAsync(int count)
    {
        using var timeout = new CancellationTokenSource(Patience);
        var bytes = new byte[count];
        try
        {
            for (var received = 0; received < count;)
            {
                if (await socket.ReceiveAsync(bytes.AsMemory(received), timeout.Token) is not (> 0 and var more))
                    return null;
                received += more;
            }

            return bytes;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
