using HotStuff.Cluster;
using HotStuff.Crypto;

namespace HotStuff.Host.Commands;

/// <summary>A replica that runs in this process.</summary>
internal interface IRunningNode : IAsyncDisposable
{
    /// <summary>Completes when the node has stopped: null when it was asked to, else why, in one line.</summary>
    Task<string?> WhenStopped { get; }

    /// <summary>Leaves the ops cluster and stops.</summary>
    Task StopAsync();
}

/// <summary>Starts the replica of this process.</summary>
internal static class NodeStarter
{
    public static Task<IRunningNode> StartAsync(NodeSettings settings, Genesis genesis, ReplicaSigner signer, CancellationToken cancellationToken) =>
        throw new ProblemException($"replica {signer.Replica} cannot run: this build has no node");
}
