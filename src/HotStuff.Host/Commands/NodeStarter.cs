using HotStuff.Cluster;
using HotStuff.Crypto;
using HotStuff.Host.Logging;
using HotStuff.StateMachine;

namespace HotStuff.Host.Commands;

/// <summary>Starts the replica of this process: the key-value store.</summary>
internal static class NodeStarter
{
    public static Task<ReplicaNode> StartAsync(NodeSettings settings, Genesis genesis, ReplicaSigner signer, CancellationToken cancellationToken) =>
        ReplicaNode.StartAsync(settings, genesis, signer, new KeyValueStore(), [AkkaToSerilog.TypeName], cancellationToken);
}
