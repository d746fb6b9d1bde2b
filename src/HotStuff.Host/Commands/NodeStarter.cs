using HotStuff.Cluster;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Host.Local;
using HotStuff.Host.Logging;
using HotStuff.Simulation;
using HotStuff.StateMachine;

namespace HotStuff.Host.Commands;

/// <summary>Starts the replica of this process: the key-value store.</summary>
internal static class NodeStarter
{
    /// <param name="settings">The node's settings.</param>
    /// <param name="genesis">The chain.</param>
    /// <param name="signer">The replica's keys.</param>
    /// <param name="misbehaviour">One of <see cref="Behaviours.WithoutDelays"/> for a Byzantine replica; null for an honest one.</param>
    /// <param name="death">At which of its writes the process kills itself; null: at none.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static Task<ReplicaNode> StartAsync(
        NodeSettings settings, Genesis genesis, ReplicaSigner signer, string? misbehaviour, DeathPoint? death, CancellationToken cancellationToken) =>
        ReplicaNode.StartAsync(
            settings,
            genesis,
            signer,
            new KeyValueStore(),
            [AkkaToSerilog.TypeName],
            misbehaviour is null ? null : replica => Misbehave(misbehaviour, settings, genesis, signer, replica),
            death is null ? null : store => new MortalStore(store, death, ProcessSignals.KillSelf),
            cancellationToken);

    private static EffectFilter Misbehave(string name, NodeSettings settings, Genesis genesis, ReplicaSigner signer, Replica replica)
    {
        var behaviour = Behaviours.Create(name, signer.Replica.Index);
        var self = new ByzantineContext(
            genesis.Committee,
            ProtocolRules.Create(genesis.Protocol)!,
            LeaderElections.Create(genesis.Leaders, genesis.Committee)!,
            signer,
            replica,
            settings.ReplicaOptions(genesis.Limits));
        return (happened, effects) => behaviour.Instead(self, happened, effects);
    }
}
