using System.Net.Sockets;

namespace HotStuff.Cluster;

/// <summary>Makes one line of an address that cannot be listened on, with the key that changes it.</summary>
public static class ListenProblem
{
    /// <summary>The problem, in one line.</summary>
    /// <param name="section">The section of the port's keys.</param>
    /// <param name="hostKey">Its key for the address.</param>
    /// <param name="host">The address.</param>
    /// <param name="port">The port.</param>
    /// <param name="cause">Why not.</param>
    public static SettingsException Of(string section, string hostKey, string host, int port, SocketException cause)
    {
        var key = cause.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied ? "port" : hostKey;
        return new SettingsException($"hotstuff.{section}.{key}: {host}:{port} cannot be listened on: {cause.Message}", cause);
    }

    /// <summary>The key to change where an address to listen on follows from one to be reached under, unless it has a key of its own.</summary>
    public static string HostKey(string? host, string? bindHost) => host is not null && bindHost is null ? "host" : "bind-host";
}
