using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// Collects replicas' parts of checkpoint certificates: of each replica those about its latest heights, so that nobody can make it grow or push out another's.
/// </summary>
/// <param name="quorum">How many distinct signers make a certificate.</param>
internal sealed class CheckpointShares(int quorum)
{
    /// <summary>Of how many heights shares are kept of each replica.</summary>
    public const int HeightsPerSigner = 4;

    private readonly Dictionary<ReplicaId, SortedList<Height, CheckpointShare>> _bySigner = [];

    /// <summary>Keeps a verified share, unless this replica said something about that height before.</summary>
    public void Add(CheckpointShare share)
    {
        if (!_bySigner.TryGetValue(share.Share.Signer, out var said))
            _bySigner.Add(share.Share.Signer, said = []);
        if (!said.TryAdd(share.Statement.Height, share) || said.Count <= HeightsPerSigner)
            return;
        said.RemoveAt(0);
    }

    /// <summary>What a quorum says about a height, and its shares; null while there is no such quorum.</summary>
    public (CheckpointStatement Statement, ImmutableArray<SignatureShare> Shares)? QuorumAt(Height height)
    {
        foreach (var alike in _bySigner.Values.Select(said => said.GetValueOrDefault(height)).OfType<CheckpointShare>().GroupBy(share => share.Statement))
        {
            ImmutableArray<SignatureShare> shares = [.. alike.Select(share => share.Share)];
            if (shares.Length >= quorum)
                return (alike.Key, shares);
        }

        return null;
    }

    /// <summary>Forgets what bad shares said about a height.</summary>
    public void Refuse(Height height, IEnumerable<ReplicaId> signers)
    {
        foreach (var signer in signers)
            _bySigner[signer].Remove(height);
    }

    /// <summary>Forgets everything about a height and those below.</summary>
    public void Prune(Height height)
    {
        foreach (var said in _bySigner.Values)
        {
            while (said.Count > 0 && said.Keys[0] <= height)
                said.RemoveAt(0);
        }
    }
}
