using System.Net;
using System.Net.Sockets;
using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>Ports on loopback that are free, below those that the system gives to outgoing connections, and others for each call.</summary>
internal static class TestPorts
{
    private const int First = 10_000;
    private const int Count = 9_000;

    private static int _last = Environment.ProcessId * 40;

    public static int Next()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }

    /// <summary>So many replicas.</summary>
    public static PeerAddress[] Replicas(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new PeerAddress(new ReplicaId(i), "127.0.0.1", Next()))];
}
