using System.Collections.Immutable;
using HotStuff.Consensus;
using HotStuff.Simulation;

namespace HotStuff.Mutations.Tests;

/// <summary>
/// What signatures are for. <c>Authentic</c>: what passed verification as an honest replica's word it has said, and of what passed as a certificate enough
/// honest replicas have said so. <c>LedByLeader</c>: what is committed was proposed by the view's leader.
/// <c>LockMonotone</c>: also over a crash, the lock is not below the one that the replica had when it last said something.
/// </summary>
internal sealed class Authenticity
{
    private readonly SimulatedCluster _cluster;
    private readonly HashSet<(ReplicaId, VoteStatement)> _votes = [];
    private readonly HashSet<(ReplicaId, View)> _complaints = [];
    private readonly HashSet<(ReplicaId, BlockId)> _proposals = [];
    private readonly Dictionary<ReplicaId, (View Before, View Now)> _locks = [];
    private readonly Dictionary<ReplicaId, View> _spokenWith = [];

    public Authenticity(SimulatedCluster cluster)
    {
        _cluster = cluster;
        cluster.Observe += Observe;
        cluster.Doing += Listen;
    }

    private void Observe(SimulatedReplica replica, ReplicaEvent happened, ImmutableArray<Effect> effects)
    {
        if (replica.Behaviour is not null)
            return;
        CheckLock(replica, happened);
        switch (happened)
        {
            case ReplicaEvent.ProposalReceived received:
                Check(received.Proposal.Value);
                break;
            case ReplicaEvent.VoteReceived received:
                Check(received.Vote.Value);
                break;
            case ReplicaEvent.ComplaintReceived received:
                Check(received.Complaint.Value);
                break;
            case ReplicaEvent.RecollectionReceived received:
                Check(received.Recollection.Value.HighQc);
                Check(received.Recollection.Value.HighTc);
                break;
            case ReplicaEvent.NextViewReceived received:
                Check(received.NextView.Value.HighQc);
                Check(received.NextView.Value.TimeoutCertificate);
                break;
            case ReplicaEvent.CertificateFormed formed:
                Check(formed.Certificate.Value);
                break;
            case ReplicaEvent.TimeoutCertificateFormed formed:
                Check(formed.Certificate.Value);
                break;
            default:
                break;
        }

        foreach (var block in effects.OfType<Effect.Commit>().SelectMany(commit => commit.Blocks))
        {
            if (_cluster.Leaders is RoundRobin turns && turns.LeaderOf(block.View) != block.Proposer)
                throw new InvariantBrokenException("LedByLeader", $"{replica.Id} commits {block} of {block.Proposer}");
        }
    }

    /// <summary>What is said in a step is said with the lock of the step before, or a later one; that is what must be there after a crash.</summary>
    private void CheckLock(SimulatedReplica replica, ReplicaEvent happened)
    {
        var now = replica.Replica.Record.Lock.View;
        if (happened is ReplicaEvent.Started && now < _spokenWith.GetValueOrDefault(replica.Id))
            throw new InvariantBrokenException("LockMonotone", $"{replica.Id} comes back with {now} and spoke with {_spokenWith[replica.Id]}");
        _locks[replica.Id] = (happened is ReplicaEvent.Started ? View.Genesis : _locks.GetValueOrDefault(replica.Id).Now, now);
    }

    /// <summary>What an honest replica tells others, or counts as its own share.</summary>
    private void Listen(SimulatedReplica replica, Effect effect)
    {
        if (replica.Behaviour is not null)
            return;
        switch (effect)
        {
            // The same vote again needs no new record.
            case Effect.Send { Message: Vote vote } when _votes.Add((replica.Id, vote.Statement)):
                _spokenWith[replica.Id] = _locks[replica.Id].Before;
                break;
            case Effect.Send { Message: Complaint complaint }:
                _complaints.Add((replica.Id, complaint.Statement.View));
                if (complaint.LastVote is { } last)
                    _votes.Add((replica.Id, last.Statement));
                break;
            case Effect.CombineVotes combine when combine.Shares.Any(share => share.Signer == replica.Id):
                _votes.Add((replica.Id, combine.Statement));
                break;
            case Effect.CombineComplaints combine when combine.Shares.Any(share => share.Signer == replica.Id):
                _complaints.Add((replica.Id, combine.Statement.View));
                break;
            case Effect.Broadcast { Message: Proposal { Block: var block } }:
                _proposals.Add((replica.Id, block.Id));
                break;
            default:
                break;
        }
    }

    private bool IsHonest(ReplicaId replica) => _cluster.Replicas.All(other => other.Id != replica || other.Behaviour is null);

    private void Check(Proposal proposal)
    {
        Require(!IsHonest(proposal.From) || _proposals.Contains((proposal.From, proposal.Block.Id)), proposal.From, proposal.Block);
        Check(proposal.Block.Justify);
        Check(proposal.EntryCertificate);
    }

    private void Check(Vote vote) => Require(!IsHonest(vote.From) || _votes.Contains((vote.From, vote.Statement)), vote.From, vote);

    private void Check(Complaint complaint)
    {
        Require(!IsHonest(complaint.From) || _complaints.Contains((complaint.From, complaint.Statement.View)), complaint.From, complaint);
        if (complaint.LastVote is { } vote)
            Check(vote);
        Check(complaint.HighQc);
        Check(complaint.EntryCertificate);
    }

    private void Check(QuorumCertificate certificate)
    {
        if (certificate != Block.GenesisCertificate(_cluster.Keys.Committee.Chain))
            RequireQuorum(member => _votes.Contains((member, certificate.Statement)), certificate);
    }

    private void Check(TimeoutCertificate? certificate)
    {
        if (certificate is not null)
            RequireQuorum(member => _complaints.Contains((member, certificate.View)), certificate);
    }

    /// <summary>Byzantine replicas may have said anything.</summary>
    private void RequireQuorum(Func<ReplicaId, bool> said, object certificate)
    {
        var signers = _cluster.Keys.Committee.Members.Count(member => !IsHonest(member) || said(member));
        if (signers < _cluster.Keys.Committee.Size - _cluster.Keys.Committee.MaxFaulty)
            throw new InvariantBrokenException("Authentic", $"{certificate} with the words of {signers} at most");
    }

    private static void Require(bool said, ReplicaId who, object what)
    {
        if (!said)
            throw new InvariantBrokenException("Authentic", $"{who} never said {what}");
    }
}
