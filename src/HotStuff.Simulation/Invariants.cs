using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>An invariant of docs/protocol.md does not hold. The message starts with its name.</summary>
public sealed class InvariantBrokenException : Exception
{
    /// <summary>Some invariant, which nobody named.</summary>
    public InvariantBrokenException()
    {
    }

    /// <summary>The invariant and what broke it.</summary>
    public InvariantBrokenException(string message)
        : base(message)
    {
    }

    /// <summary>The invariant, what broke it, and why.</summary>
    public InvariantBrokenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// Checks the invariants of docs/protocol.md after every step of a simulated cluster, through
/// <see cref="SimulatedCluster.Observe"/>. Throws <see cref="InvariantBrokenException"/> out of the step that broke one.
/// </summary>
public sealed class Invariants
{
    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<View, BlockId> _certified = [];
    private readonly HashSet<BlockId> _decided = [];
    private readonly Dictionary<BlockId, Block> _blocks = [];
    private readonly Dictionary<BlockId, List<Block>> _children = [];
    private readonly List<BlockId> _chain = [];
    private readonly Witness[] _witnesses;

    /// <summary>Watches <paramref name="cluster"/> from now on, which has not started.</summary>
    public Invariants(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _chain.Add(Block.Genesis(cluster.Keys.Committee.Chain).Id);
        _witnesses = [.. cluster.Replicas.Select(_ => new Witness())];
        cluster.Observe += Check;
    }

    /// <summary>How many steps were checked.</summary>
    public long Steps { get; private set; }

    /// <summary>Checks what can only be seen between steps: that each command committed ran once.</summary>
    public void CheckExecuted()
    {
        foreach (var replica in _cluster.Replicas.Where(replica => replica is { IsUp: true, Behaviour: null }))
        {
            var distinct = new HashSet<(ClientId, long)>();
            foreach (var segment in replica.Committed.SelectMany(block => block.Segments))
            {
                for (var i = 0; i < segment.Count; i++)
                    distinct.Add((segment.Client, segment.FirstSequence + i));
            }

            Require(
                "ExecutedOnce",
                replica.State.CommandsExecuted == distinct.Count,
                () => $"{replica.Id} executed {replica.State.CommandsExecuted} commands of {distinct.Count}");
        }
    }

    private void Check(SimulatedReplica replica, ReplicaEvent happened, ImmutableArray<Effect> effects)
    {
        Steps++;
        var witness = _witnesses[replica.Node];
        if (happened is ReplicaEvent.Started)
            witness.Lock = View.Genesis;
        var certificates = Note(happened);
        if (replica.Behaviour is not null)
            return;
        CheckRecord(replica, witness);
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case Effect.Persist persist:
                    witness.Persisted = persist.Record;
                    if (persist.Block is { } own)
                        Note(own);
                    break;
                case Effect.Send send:
                    CheckSigned(replica, witness, send.Message);
                    break;
                case Effect.Broadcast broadcast:
                    CheckSigned(replica, witness, broadcast.Message);
                    break;
                case Effect.EnteredView { Reason: not EntryReason.Start } entered:
                    Require(
                        "EnterOnlyWithCertificate",
                        certificates.Contains((entered.View, entered.Reason)),
                        () => $"{replica.Id} entered {entered.View} by {entered.Reason} on {happened}");
                    break;
                case Effect.Commit commit:
                    CheckCommit(replica, witness, commit.Blocks);
                    break;
                default:
                    break;
            }
        }

        var status = replica.Status;
        Require(
            "BoundedState",
            status.PendingCommands <= _cluster.Options.MempoolCommands && status.UncommittedBlocks <= _cluster.Options.UncommittedBlocks,
            () => $"{replica.Id} holds {status.UncommittedBlocks} blocks and {status.PendingCommands} commands");
    }

    /// <summary>Takes note of all that a verified input proves; answers which views its certificates open.</summary>
    private List<(View, EntryReason)> Note(ReplicaEvent happened)
    {
        var opened = new List<(View, EntryReason)>();
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
            case ReplicaEvent.CertificateFormed formed:
                Certified(formed.Certificate.Value);
                break;
            case ReplicaEvent.TimeoutCertificateFormed formed:
                GivenUp(formed.Certificate.Value);
                break;
            case ReplicaEvent.BlocksFetched fetched:
                foreach (var block in fetched.Blocks)
                {
                    Note(block.Value);
                    Certified(block.Value.Justify);
                }

                break;
            default:
                break;
        }

        return opened;

        void Certified(QuorumCertificate certificate)
        {
            opened.Add((_cluster.Rules.ViewOpenedBy(certificate), EntryReason.QuorumCertificate));
            if (certificate.Statement.Phase == Phase.Commit)
                _decided.Add(certificate.Block);
            if (!_certified.TryAdd(certificate.View, certificate.Block))
                Require("AtMostOneQcPerView", _certified[certificate.View] == certificate.Block, () => $"{certificate} and another of block {_certified[certificate.View]}");
        }

        void GivenUp(TimeoutCertificate? certificate)
        {
            if (certificate is not null)
                opened.Add((certificate.View.Next, EntryReason.TimeoutCertificate));
        }
    }

    private void Note(Block block)
    {
        if (!_blocks.TryAdd(block.Id, block))
            return;
        if (!_children.TryGetValue(block.Parent, out var siblings))
            _children.Add(block.Parent, siblings = []);
        siblings.Add(block);
    }

    private static void CheckRecord(SimulatedReplica replica, Witness witness)
    {
        var record = replica.Replica.Record;
        if (record.LastVote is { } vote)
        {
            if (witness.LastVote is { } last)
            {
                Require(
                    "VotesMonotone",
                    vote.Statement.Step > last.Step || vote.Statement == last,
                    () => $"{replica.Id} voted for {vote.Statement} after {last}");
            }

            witness.LastVote = vote.Statement;
        }

        Require("LockMonotone", record.Lock.View >= witness.Lock, () => $"the lock of {replica.Id} fell from {witness.Lock} to {record.Lock.View}");
        Require(
            "LockMonotone",
            witness.Persisted is not { } persisted || record.Lock.View >= persisted.Lock.View,
            () => $"the lock of {replica.Id} fell below the one on its disk");
        witness.Lock = record.Lock.View;
    }

    private static void CheckSigned(SimulatedReplica replica, Witness witness, ConsensusMessage message)
    {
        var written = message switch
        {
            Vote vote => witness.Persisted?.LastVote == vote,
            Complaint complaint =>
                witness.Persisted?.HighestComplaint >= complaint.Statement.View && witness.Persisted.LastVote == complaint.LastVote,
            Proposal proposal => witness.Persisted?.LastProposal?.Block == proposal.Block.Id,
            _ => true,
        };
        Require("RecordBeforeVote", written, () => $"{replica.Id} sends {message} before its record is written");
    }

    private void CheckCommit(SimulatedReplica replica, Witness witness, ImmutableArray<Block> blocks)
    {
        foreach (var block in blocks)
        {
            Note(block);
            var height = (int)block.Height.Number;
            Require(
                "CommitOldestFirst",
                height == ++witness.Committed && height <= _chain.Count && block.Parent == _chain[height - 1],
                () => $"{replica.Id} commits {block}, the {witness.Committed}th");
            if (height == _chain.Count)
                _chain.Add(block.Id);
            Require("CommitsLinear", _chain[height] == block.Id, () => $"{replica.Id} commits {block} where another committed {_chain[height]}");
        }

        var newest = blocks[^1];
        Require(
            "NoCommitWithoutChain",
            HasChain(newest),
            () => $"{replica.Id} commits {newest} without the certificates that the rules of {_cluster.Rules.Name} ask for");
    }

    private bool HasChain(Block committed) => _cluster.Rules.Name switch
    {
        "basic" => _decided.Contains(committed.Id),
        "hotstuff2" => CertifiedChildren(committed).Any(),
        _ => CertifiedChildren(committed).Any(second => CertifiedChildren(second).Any()),
    };

    /// <summary>The certified blocks of the next view on top of this certified one.</summary>
    private IEnumerable<Block> CertifiedChildren(Block parent) =>
        _children.GetValueOrDefault(parent.Id, [])
            .Where(child => child.View == parent.View.Next && _certified.GetValueOrDefault(child.View) == child.Id);

    private static void Require(string invariant, bool holds, Func<string> otherwise)
    {
        if (!holds)
            throw new InvariantBrokenException($"{invariant}: {otherwise()}");
    }

    /// <summary>What was seen of one replica, over all its lives.</summary>
    private sealed class Witness
    {
        public VoteStatement? LastVote { get; set; }

        public View Lock { get; set; }

        public SafetyRecord? Persisted { get; set; }

        public int Committed { get; set; }
    }
}
