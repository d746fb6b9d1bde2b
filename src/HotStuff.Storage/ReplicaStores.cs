using HotStuff.Consensus;

namespace HotStuff.Storage;

/// <summary>Opens the store that a <see cref="Durability"/> asks for.</summary>
public static class ReplicaStores
{
    /// <summary>Opens or creates a replica's store.</summary>
    /// <param name="directory">Where it is on disk, created when it does not exist; not used, and may be null, for <see cref="Durability.Memory"/>.</param>
    /// <param name="durability">What its writes survive.</param>
    /// <param name="chain">The chain that it must be of.</param>
    /// <param name="limits">The chain's limits, which every stored block respects.</param>
    /// <exception cref="StoreException">It cannot be opened, or is not of this chain.</exception>
    public static IReplicaStore Open(string? directory, Durability durability, ChainId chain, ProtocolLimits limits) => (durability, directory) switch
    {
        (Durability.Memory, _) => new MemoryStore(chain),
        (_, null or "") => throw new StoreException($"Durability {durability} needs a data directory: name one, or use durability Memory."),
        _ => RocksDbStore.Open(directory, chain, limits, durability),
    };
}
