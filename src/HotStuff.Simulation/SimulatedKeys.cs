using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Simulation;

/// <summary>The keys of a simulated committee.</summary>
public sealed record SimulatedKeys(Committee Committee, IReadOnlyList<IReplicaSigner> Signers, Func<MessageVerifier> CreateVerifier)
{
    // As many as a bad time needs to be remembered at once; the default of a node is for minutes of full load.
    private const int RememberedShares = 256;

    /// <summary>Simulated signatures (<see cref="ModelScheme"/>): fast.</summary>
    public static SimulatedKeys Model(int size)
    {
        var committee = new Committee(new ChainId(Digest.Of("simulated"u8)), Epoch.Genesis, size);
        return new SimulatedKeys(
            committee,
            [.. committee.Members.Select(id => new ModelSigner(id))],
            () => new MessageVerifier(committee, new ModelScheme(committee), new ModelIdentityKeys(), new ShareCache(RememberedShares)));
    }

    /// <summary>Real keys and signatures, as a node uses them.</summary>
    /// <param name="size">How many replicas.</param>
    /// <param name="signatures">One of <see cref="SignatureSuites.Names"/>.</param>
    public static SimulatedKeys Real(int size, string signatures = "ed25519")
    {
        var (genesis, keys) = KeyGenerator.Generate("simulated", size, signatures: signatures);
        return new SimulatedKeys(genesis.Committee, [.. keys.Select(key => key.CreateSigner())], () => new MessageVerifier(genesis));
    }
}
