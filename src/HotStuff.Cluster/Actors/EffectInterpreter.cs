using Akka.Actor;
using Akka.Event;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>Does what the protocol's effects say: the hands of the <see cref="ConsensusActor"/>, on its thread.</summary>
internal sealed class EffectInterpreter(ConsensusActor.Setup setup, ILoggingAdapter log)
{
    private readonly KeyValuePair<string, object?> _tag = NodeInstruments.Tag(setup.Replica.Self);

    /// <summary>The links to the other replicas.</summary>
    public PeersSnapshot Peers { get; set; } = PeersSnapshot.Empty;

    /// <summary>What came of shares that were combined at once, for the protocol.</summary>
    public Queue<ReplicaEvent> Combined { get; } = [];

    /// <summary>Here when it costs next to nothing: on the way to the crypto actor and back the threads that do it wait longer than they work.</summary>
    private void Combine(Effect shares)
    {
        if (!setup.Verifier.CombinesAtOnce)
        {
            setup.Crypto.Tell(shares);
            return;
        }

        var combined = setup.Verifier.Combine(shares);
        Combined.Enqueue(combined);
        if (combined is ReplicaEvent.CertificateFormed formed)
            setup.Crypto.Tell(new StepCertified(formed.Certificate.Value.Step));
    }

    /// <summary>Does one effect. All before it are done.</summary>
    public void Interpret(Effect effect)
    {
        switch (effect)
        {
            case Effect.Persist persist:
                setup.Store.Persist(persist.Record, persist.Block is { } block ? [block] : []);
                break;
            case Effect.Keep keep:
                setup.Store.Put([keep.Block]);
                break;
            case Effect.Send send:
                if (Peers.Find(send.To) is { } peer)
                    peer.Target.Tell(WireEncoder.Encode(send.Message, peer.Own), ActorRefs.NoSender);
                break;
            case Effect.Broadcast broadcast:
                var frame = WireEncoder.Encode(broadcast.Message);
                foreach (var link in Peers.Links)
                    link.Target.Tell(frame, ActorRefs.NoSender);
                if (broadcast.Message is Proposal proposal)
                    setup.Traces?.Proposed(proposal.Block);
                break;
            case Effect.PassOn passOn:
                PassOn(passOn);
                break;
            case Effect.CombineVotes or Effect.CombineComplaints:
                Combine(effect);
                break;
            case Effect.Commit commit:
                setup.Store.Commit(commit.Blocks);
                setup.Counters.Committed(commit.Blocks.Length, commit.Blocks.Sum(block => block.CommandCount));
                // Before the results: clients are told with them.
                setup.Gateway.Tell(new GatewayActor.Proposes(setup.Replica.NextProposer));
                setup.Executor.Tell(commit);
                Measure(commit);
                break;
            case Effect.Restart restart:
                setup.Store.Restart(restart.Root);
                setup.Executor.Tell(restart);
                break;
            case Effect.StartTimer or Effect.StopTimer:
                setup.Pacemaker.Tell(effect);
                break;
            case Effect.FetchBlocks:
                setup.Sync.Tell(effect);
                break;
            case Effect.RefuseCommands:
                setup.Gateway.Tell(effect);
                break;
            case Effect.EnteredView entered:
                Report(entered);
                break;
            case Effect.RecordWasOld old:
                log.Error(
                    "others hold later signatures of this replica than its safety record knows: the store was restored from an old copy, or lost writes. Nothing is signed up to view {0}; "
                    + "the replica comes back by itself when the others have made progress above it. If you know of no restored copy, check the disk", old.Floor.Number);
                break;
            case Effect.Report report:
                Keep(report.Evidence);
                break;
            case Effect.Refused refused:
                setup.Counters.Refused(refused.Reason);
                log.Debug("refused {0} of {1} in {2}", refused.Reason, refused.From, refused.View);
                break;
            default:
                throw new InvalidOperationException($"no interpretation for {effect}");
        }
    }

    /// <summary>From here, so that commands are on the link before the vote that lets their proposer go on.</summary>
    private void PassOn(Effect.PassOn passOn)
    {
        if (Peers.Find(passOn.To) is not { } peer)
            return;
        foreach (var frame in WireEncoder.Encode(new PassOn(peer.Own, setup.Replica.Self, passOn.Segments), setup.Replica.Limits))
            peer.Target.Tell(frame, ActorRefs.NoSender);
    }

    private void Keep(Evidence evidence)
    {
        // A forged share, which only its combination would have shown, accuses nobody.
        if (!setup.Verifier.Proves(evidence) || !setup.Store.Keep(evidence))
            return;
        log.Warning("{0} contradicted itself in {1}: the evidence is kept (hotstuff evidence)", evidence.Culprit, evidence.View);
    }

    private void Measure(Effect.Commit commit)
    {
        if (!NodeInstruments.BlockCommands.Enabled)
            return;
        foreach (var block in commit.Blocks)
            NodeInstruments.BlockCommands.Record(block.CommandCount, _tag);
    }

    private void Report(Effect.EnteredView entered)
    {
        setup.Counters.Entered(entered.Reason);
        if (entered.Reason == EntryReason.TimeoutCertificate)
            log.Info("view change: a quorum gave up view {0}, {1} leads view {2}", entered.View.Number - 1, entered.Leader, entered.View.Number);
        else if (entered.Reason == EntryReason.Start)
            log.Info("starting in view {0} at height {1}", entered.View.Number, setup.Replica.Status.Committed.Number);
    }
}
