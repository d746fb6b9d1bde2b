using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>
/// What a Byzantine replica remembers of what it heard, to build forks and forgeries of it: the latest <see cref="Kept"/> of each kind.
/// </summary>
public sealed class Notebook
{
    /// <summary>How many of each kind are kept.</summary>
    public const int Kept = 256;

    private readonly Dictionary<BlockId, Block> _blocks = [];
    private readonly Queue<BlockId> _order = new();
    private readonly List<QuorumCertificate> _certificates = [];
    private readonly List<TimeoutCertificate> _timeouts = [];
    private readonly List<Vote> _votes = [];
    private readonly List<Complaint> _complaints = [];

    /// <summary>Blocks, by id.</summary>
    public IReadOnlyDictionary<BlockId, Block> Blocks => _blocks;

    /// <summary>Quorum certificates, in the order in which they were first heard of.</summary>
    public IReadOnlyList<QuorumCertificate> Certificates => _certificates;

    /// <summary>Timeout certificates, in the order in which they were first heard of.</summary>
    public IReadOnlyList<TimeoutCertificate> TimeoutCertificates => _timeouts;

    /// <summary>Votes of others.</summary>
    public IReadOnlyList<Vote> Votes => _votes;

    /// <summary>Complaints of others.</summary>
    public IReadOnlyList<Complaint> Complaints => _complaints;

    /// <summary>Takes note of what happened to the replica, and of what it would do.</summary>
    public void Note(ReplicaEvent happened, ImmutableArray<Effect> effects)
    {
        switch (happened)
        {
            case ReplicaEvent.ProposalReceived received:
                Note(received.Proposal.Value);
                break;
            case ReplicaEvent.VoteReceived received:
                Add(_votes, received.Vote.Value);
                break;
            case ReplicaEvent.ComplaintReceived received:
                Add(_complaints, received.Complaint.Value);
                Note(received.Complaint.Value.HighQc, received.Complaint.Value.EntryCertificate);
                break;
            case ReplicaEvent.NextViewReceived received:
                Note(received.NextView.Value.HighQc, received.NextView.Value.TimeoutCertificate);
                break;
            case ReplicaEvent.CertificateFormed formed:
                Note(formed.Certificate.Value, null);
                break;
            case ReplicaEvent.TimeoutCertificateFormed formed:
                Add(_timeouts, formed.Certificate.Value);
                break;
            case ReplicaEvent.BlocksFetched fetched:
                foreach (var block in fetched.Blocks)
                    Note(block.Value);
                break;
            default:
                break;
        }

        foreach (var own in effects.OfType<Effect.Broadcast>())
        {
            if (own.Message is Proposal proposal)
                Note(proposal);
        }
    }

    private static void Add<T>(List<T> list, T item)
    {
        if (list.Contains(item))
            return;
        if (list.Count == Kept)
            list.RemoveAt(0);
        list.Add(item);
    }

    private void Note(Proposal proposal)
    {
        Note(proposal.Block);
        Note(proposal.Block.Justify, proposal.EntryCertificate);
    }

    private void Note(Block block)
    {
        if (!_blocks.TryAdd(block.Id, block))
            return;
        _order.Enqueue(block.Id);
        if (_order.Count > Kept)
            _blocks.Remove(_order.Dequeue());
    }

    private void Note(QuorumCertificate certificate, TimeoutCertificate? timeout)
    {
        Add(_certificates, certificate);
        if (timeout is not null)
            Add(_timeouts, timeout);
    }
}
