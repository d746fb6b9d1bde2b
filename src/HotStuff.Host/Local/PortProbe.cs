using System.Net;
using System.Net.Sockets;
using HotStuff.Crypto;

namespace HotStuff.Host.Local;

/// <summary>Looks whether ports on this machine are free, so that a busy one is one clear line before anything is started.</summary>
internal static class PortProbe
{
    /// <summary>Throws the problem with the first port that is in use.</summary>
    public static void RequireFree(ReplicaPorts ports, string replica)
    {
        foreach (var (use, port) in Uses(ports))
        {
            if (!IsFree(port))
                throw ProblemException.Usage($"port {port} ({use} of {replica}) is in use; stop what uses it, or move all ports with --base-port");
        }
    }

    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As a server binds: connections of an earlier run that linger in TIME_WAIT do not count.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static IEnumerable<(string Use, int Port)> Uses(ReplicaPorts ports) =>
    [
        ("ops cluster", ports.Ops), ("consensus", ports.Consensus), ("clients", ports.Client), ("HTTP", ports.Http), ("operator commands", ports.Command),
    ];
}
