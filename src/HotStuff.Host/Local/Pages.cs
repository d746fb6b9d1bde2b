using System.Net.Sockets;
using HotStuff.Cluster;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Host.Local;

/// <summary>The live pages of the replicas on this machine.</summary>
internal static class Pages
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether the replicas of a directory serve them at the genesis file's ports, by their settings.</summary>
    public static bool AreServed(ClusterDirectory directory) =>
        NodeSettings.From(NodeConfiguration.Load(directory.ConfigFile, Environment.GetEnvironmentVariables())).Http is { Enabled: true, Port: 0, Host: "127.0.0.1" };

    /// <summary>Where a replica's is.</summary>
    public static Uri AddressOf(ReplicaAddress replica) => new($"http://127.0.0.1:{replica.Ports.Http}/");

    /// <summary>Waits until all can be asked for: a replica serves its clients first.</summary>
    /// <param name="genesis">The replicas and where they listen.</param>
    /// <param name="problem">Says in one line why waiting for a replica is pointless; null when it is not.</param>
    /// <param name="bound">How long to wait at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task WaitAsync(Genesis genesis, Func<ReplicaId, string?> problem, TimeSpan bound, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        foreach (var validator in genesis.Validators)
        {
            while (!await ListensAsync(AddressOf(validator.Address), cancellationToken))
            {
                if (problem(validator.Replica) is { } hopeless)
                    throw new ProblemException(hopeless);
                if (TimeProvider.System.GetElapsedTime(start) > bound)
                    throw new ProblemException($"no page after {bound.TotalSeconds:0} s: {validator.Replica}");
                await Task.Delay(Interval, cancellationToken);
            }
        }
    }

    private static async Task<bool> ListensAsync(Uri address, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
