using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>All certificates and blocks that any replica has seen, whoever it is.</summary>
internal sealed class CertificateLedger(IProtocolRules rules)
{
    private readonly Dictionary<View, BlockId> _certified = [];
    private readonly Dictionary<BlockId, BlockId> _parents = [];
    private readonly HashSet<BlockId> _decided = [];
    private readonly List<(View View, EntryReason Reason)> _opened = [];

    /// <summary>Takes note of all that a verified input proves.</summary>
    public void Note(ReplicaEvent happened)
    {
        _opened.Clear();
        switch (happened)
        {
            case ReplicaEvent.ProposalReceived received:
                Note(received.Proposal.Value.Block);
                Certified(received.Proposal.Value.Block.Justify);
                GivenUp(received.Proposal.Value.EntryCertificate);
                break;
            case ReplicaEvent.ComplaintReceived received:
                Certified(received.Complaint.Value.HighQc);
                GivenUp(received.Complaint.Value.EntryCertificate);
                break;
            case ReplicaEvent.NextViewReceived received:
                Certified(received.NextView.Value.HighQc);
                GivenUp(received.NextView.Value.TimeoutCertificate);
                break;
            case ReplicaEvent.RecollectionReceived received:
                Certified(received.Recollection.Value.HighQc);
                GivenUp(received.Recollection.Value.HighTc);
                break;
            case ReplicaEvent.CertificateFormed formed:
                Certified(formed.Certificate.Value);
                break;
            case ReplicaEvent.TimeoutCertificateFormed formed:
                GivenUp(formed.Certificate.Value);
                break;
            case ReplicaEvent.BlocksFetched fetched:
                Note(fetched.Blocks);
                break;
            default:
                break;
        }
    }

    /// <summary>Takes note of a block.</summary>
    public void Note(Block block) => _parents[block.Id] = block.Parent;

    /// <summary>Whether a certificate in what was noted last opens this view.</summary>
    public bool LastOpened(View view, EntryReason reason) => _opened.Contains((view, reason));

    /// <summary>Whether the certificates are there that commit this block, with those above it: what each variant's rules ask for, said once more.</summary>
    public bool MayCommit(Block block) => rules.Name switch
    {
        "basic" => _decided.Contains(block.Id),
        "hotstuff2" => CertifiedChild(block.Id, block.View) is not null,
        "chained" => CertifiedChild(block.Id, block.View) is { } second && CertifiedChild(second, block.View.Next) is not null,
        // Of a variant that is not said once more here, what holds for all of them: only what is certified commits.
        _ => _certified.TryGetValue(block.View, out var certified) && certified == block.Id,
    };

    private BlockId? CertifiedChild(BlockId parent, View view) =>
        _certified.TryGetValue(view.Next, out var child) && _parents.TryGetValue(child, out var actual) && actual == parent ? child : null;

    private void Note(ImmutableArray<Verified<Block>> fetched)
    {
        foreach (var block in fetched)
        {
            Note(block.Value);
            Certified(block.Value.Justify);
        }
    }

    private void Certified(QuorumCertificate certificate)
    {
        _opened.Add((rules.ViewOpenedBy(certificate), EntryReason.QuorumCertificate));
        if (certificate.Statement.Phase == Phase.Commit)
            _decided.Add(certificate.Block);
        if (!_certified.TryAdd(certificate.View, certificate.Block) && _certified[certificate.View] != certificate.Block)
            throw new InvariantBrokenException("AtMostOneQcPerView", $"{certificate} and another of block {_certified[certificate.View]}");
    }

    private void GivenUp(TimeoutCertificate? certificate)
    {
        if (certificate is not null)
            _opened.Add((certificate.View.Next, EntryReason.TimeoutCertificate));
    }
}
