using System.Collections.Immutable;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Simulation;

/// <summary>
/// Checks the invariants of docs/protocol.md after every step of a simulated cluster and before every effect, by <see cref="SimulatedCluster.Observe"/>,
/// <see cref="SimulatedCluster.Doing"/> and <see cref="SimulatedCluster.Executed"/>. Throws <see cref="InvariantBrokenException"/> out of the step that broke one.
/// </summary>
/// <remarks>What was said and committed is remembered over all lives of all replicas, also what their disks lost.</remarks>
public sealed class Invariants
{
    private readonly SimulatedCluster _cluster;
    private readonly CertificateLedger _ledger;
    private readonly List<BlockId> _chain = [];
    private readonly List<long> _distinct = [0];
    private readonly HashSet<(ClientId, long)> _ordered = [];
    private readonly Witness[] _witnesses;

    /// <summary>Watches <paramref name="cluster"/> from now on, which has not started.</summary>
    public Invariants(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _ledger = new CertificateLedger(cluster.Rules);
        _chain.Add(Block.Genesis(cluster.Keys.Committee.Chain).Id);
        _witnesses = [.. cluster.Replicas.Select(_ => new Witness())];
        cluster.Observe += Observe;
        cluster.Doing += CheckEffect;
        cluster.Executed += CheckExecuted;
    }

    /// <summary>How many steps were checked.</summary>
    public long Steps { get; private set; }

    /// <summary>How many blocks the cluster has committed: the longest chain of all replicas.</summary>
    public int Commits => _chain.Count - 1;

    /// <summary>How many different commands the committed blocks order.</summary>
    public long Commands => _distinct[^1];

    /// <summary>Whether a command is in a committed block.</summary>
    public bool IsCommitted(ClientId client, long sequence) => _ordered.Contains((client, sequence));

    /// <summary>A replica's disk was replaced by an older one: its lock may fall. What it signed before it may still not contradict.</summary>
    public void Forgets(SimulatedReplica replica)
    {
        var witness = _witnesses[replica.Node];
        (witness.Lock, witness.WrittenLock, witness.HasForgotten) = (View.Genesis, View.Genesis, true);
    }

    /// <summary>
    /// A replica's disk was replaced by an older one in a world where those who could tell it what it signed may be down or Byzantine themselves: what it signs is not checked any more, only what comes of it.
    /// </summary>
    public void Excuse(SimulatedReplica replica) => _witnesses[replica.Node].IsExcused = true;

    /// <summary>ExecutedOnce, of all replicas that run.</summary>
    public void CheckExecuted()
    {
        foreach (var replica in _cluster.Replicas)
        {
            if (replica is { IsUp: true, Behaviour: null })
                CheckExecuted(replica);
        }
    }

    private void Observe(SimulatedReplica replica, ReplicaEvent happened, ImmutableArray<Effect> effects)
    {
        Steps++;
        var witness = _witnesses[replica.Node];
        _ledger.Note(happened);
        if (replica.Behaviour is not null)
            return;
        if (!witness.IsExcused)
            CheckRecord(replica, witness, happened is ReplicaEvent.Started);
        foreach (var effect in effects)
        {
            if (effect is Effect.EnteredView { Reason: not EntryReason.Start } entered && !_ledger.LastOpened(entered.View, entered.Reason))
                throw new InvariantBrokenException("EnterOnlyWithCertificate", $"{replica.Id} entered {entered.View} by {entered.Reason} on {happened}");
        }

        var holdings = replica.Replica.Holdings;
        if (!IsBounded(holdings))
            throw new InvariantBrokenException("BoundedState", $"{replica.Id} keeps {holdings}");
    }

    private bool IsBounded(Holdings holdings)
    {
        var (options, committee) = (_cluster.Options, _cluster.Keys.Committee);
        return holdings.Blocks <= options.UncommittedBlocks
            && holdings.Commands <= options.MempoolCommands
            && holdings.Bytes <= options.MempoolBytes
            && holdings.Shares <= Holdings.MaxShares(committee)
            && holdings.Orphans <= committee.Size;
    }

    private static void CheckRecord(SimulatedReplica replica, Witness witness, bool started)
    {
        var @lock = replica.Replica.Record.Lock.View;
        // What was not written before a crash may be forgotten; what was, may not.
        var least = started ? replica.Disk.Record?.Lock.View ?? View.Genesis : witness.Lock;
        if (@lock < least || @lock < witness.WrittenLock)
            throw new InvariantBrokenException("LockMonotone", $"the lock of {replica.Id} fell from {(least > witness.WrittenLock ? least : witness.WrittenLock)} to {@lock}");
        witness.Lock = @lock;
    }

    private void CheckEffect(SimulatedReplica replica, Effect effect)
    {
        if (replica.Behaviour is not null)
            return;
        var witness = _witnesses[replica.Node];
        if (effect is Effect.Commit decided)
            CheckCommit(replica, decided.Blocks);
        if (witness.IsExcused)
            return;
        switch (effect)
        {
            case Effect.Persist persist:
                witness.WrittenLock = persist.Record.Lock.View;
                if (persist.Record.LastVote is { } written)
                    CheckWritten(replica, witness, written.Statement);
                if (persist.Block is { } own)
                    _ledger.Note(own);
                break;
            case Effect.Send { Message: Vote vote }:
                RequireVote(replica, witness, vote.Statement, vote);
                break;
            case Effect.Send { Message: Complaint complaint }:
                CheckComplaint(replica, witness, complaint);
                break;
            case Effect.Broadcast { Message: Proposal proposal }:
                CheckProposal(replica, witness, proposal);
                CheckSize(replica, proposal.Block);
                break;
            case Effect.CombineVotes combine when IncludesOwn(replica, combine.Shares):
                RequireVote(replica, witness, combine.Statement, combine);
                break;
            case Effect.CombineComplaints combine when IncludesOwn(replica, combine.Shares):
                RequireWritten(replica.Disk.Record?.HighestComplaint >= combine.Statement.View, replica, combine);
                break;
            default:
                break;
        }
    }

    private static void CheckWritten(SimulatedReplica replica, Witness witness, VoteStatement vote)
    {
        if (witness.LastVote == vote)
            return;
        // The record that was put back says what was last voted then.
        if (witness.HasForgotten && witness.Votes.TryGetValue(vote.Step, out var earlier) && earlier == vote)
            return;
        if (witness.LastVote is { } last && vote.Step <= last.Step)
            throw new InvariantBrokenException("VotesMonotone", $"{replica.Id} votes for {vote} after {last}");
        if (vote.View <= witness.Complained)
            throw new InvariantBrokenException("VotesMonotone", $"{replica.Id} votes for {vote} after its complaint about {witness.Complained}");
        witness.LastVote = vote;
        witness.Votes.Add(vote.Step, vote);
    }

    /// <summary>A vote may be said again, also when others came after it.</summary>
    private static void RequireVote(SimulatedReplica replica, Witness witness, VoteStatement vote, object signed)
    {
        RequireWritten(witness.Votes.TryGetValue(vote.Step, out var written), replica, signed);
        if (vote != written)
            throw new InvariantBrokenException("VotesMonotone", $"{replica.Id} uses {signed} after its vote for {written}");
    }

    private static void CheckProposal(SimulatedReplica replica, Witness witness, Proposal proposal)
    {
        var block = proposal.Block;
        RequireWritten(replica.Disk.Record?.LastProposal?.Block == block.Id, replica, proposal);
        if (witness.LastProposal is { } last && block.Id != last.Id && block.View <= last.View)
            throw new InvariantBrokenException("ProposalsMonotone", $"{replica.Id} proposes {block} after {last}");
        witness.LastProposal = block;
    }

    /// <summary>Blocks travel undecoded here; on the wire the others would not read a larger one.</summary>
    private void CheckSize(SimulatedReplica replica, Block block)
    {
        var (commands, bytes) = (0, 0);
        foreach (var segment in block.Segments)
        {
            commands += segment.Count;
            bytes += segment.Encoded.Length;
        }

        var limits = _cluster.Options.Limits;
        if (commands > limits.MaxBlockCommands || bytes > limits.MaxBlockBytes)
            throw new InvariantBrokenException("BoundedState", $"{replica.Id} proposes {block} of {commands} commands and {bytes} bytes");
    }

    private static void CheckComplaint(SimulatedReplica replica, Witness witness, Complaint complaint)
    {
        RequireWritten(replica.Disk.Record is { } record && record.HighestComplaint >= complaint.Statement.View && record.LastVote == complaint.LastVote, replica, complaint);
        if (complaint.Statement.View > witness.Complained)
            witness.Complained = complaint.Statement.View;
    }

    private static bool IncludesOwn(SimulatedReplica replica, ImmutableArray<SignatureShare> shares)
    {
        foreach (var share in shares)
        {
            if (share.Signer == replica.Id)
                return true;
        }

        return false;
    }

    private static void RequireWritten(bool written, SimulatedReplica replica, object signed)
    {
        if (!written)
            throw new InvariantBrokenException("RecordBeforeVote", $"{replica.Id} uses {signed} before its record is written");
    }

    private void CheckCommit(SimulatedReplica replica, ImmutableArray<Block> blocks)
    {
        var expected = replica.Committed.Count;
        foreach (var block in blocks)
        {
            _ledger.Note(block);
            var height = (int)block.Height.Number;
            if (height != ++expected || height > _chain.Count)
                throw new InvariantBrokenException("CommitOldestFirst", $"{replica.Id} commits {block}, the {expected}th");
            if (height == _chain.Count)
                Extend(replica, block);
            if (_chain[height] != block.Id)
                throw new InvariantBrokenException("CommitsLinear", $"{replica.Id} commits {block} where another committed {_chain[height]}");
        }

        if (!_ledger.MayCommit(blocks[^1]))
        {
            throw new InvariantBrokenException(
                "NoCommitWithoutChain", $"{replica.Id} commits {blocks[^1]} without the certificates that the rules of {_cluster.Rules.Name} ask for");
        }
    }

    private void Extend(SimulatedReplica replica, Block block)
    {
        if (block.Parent != _chain[^1])
            throw new InvariantBrokenException("CommitsLinear", $"{replica.Id} commits {block} on {block.Parent} where another committed {_chain[^1]}");
        _chain.Add(block.Id);
        foreach (var segment in block.Segments)
        {
            for (var i = 0; i < segment.Count; i++)
                _ordered.Add((segment.Client, segment.FirstSequence + i));
        }

        _distinct.Add(_ordered.Count);
    }

    private void CheckExecuted(SimulatedReplica replica, Block block, IReadOnlyList<SegmentResults> results)
    {
        if (replica.Behaviour is null)
            CheckExecuted(replica);
    }

    private void CheckExecuted(SimulatedReplica replica)
    {
        var height = (int)replica.State.Height.Number;
        if (height >= _distinct.Count || replica.State.CommandsExecuted != _distinct[height])
            throw new InvariantBrokenException("ExecutedOnce", $"{replica.Id} executed {replica.State.CommandsExecuted} commands up to {height}, where {_distinct[^1]} are ordered in all");
    }

    /// <summary>What was seen of one replica, over all its lives.</summary>
    private sealed class Witness
    {
        public VoteStatement? LastVote { get; set; }

        public Dictionary<Step, VoteStatement> Votes { get; } = [];

        public Block? LastProposal { get; set; }

        public bool HasForgotten { get; set; }

        public bool IsExcused { get; set; }

        public View Complained { get; set; }

        public View Lock { get; set; }

        public View WrittenLock { get; set; }
    }
}
