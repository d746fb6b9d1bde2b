using Akka.Actor;
using HotStuff.Client;
using HotStuff.Cluster.Clients;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Cluster;

/// <summary>
/// Talks to this replica's clients: takes their commands while there is room, says so when there is not, and sends the results of whatever the replica executes
/// to those whose commands they are, signed, one signature for each client and batch.
/// </summary>
public sealed partial class GatewayActor : UntypedActor
{
    /// <summary>What a frame needs for each segment beside its results.</summary>
    private const int ReplyOverhead = 32;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);

    private readonly Setup _setup;
    private readonly KeyValuePair<string, object?> _tag;
    private IActorRef _executor = ActorRefs.Nobody;
    private IActorRef _consensus = ActorRefs.Nobody;
    private ReplicaId? _proposes;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public GatewayActor(Setup setup)
    {
        _setup = setup;
        _tag = NodeInstruments.Tag(setup.Signer.Replica);
    }

    /// <summary>What the actor needs.</summary>
    /// <param name="Chain">The chain, which replies name.</param>
    /// <param name="Signer">Signs replies.</param>
    /// <param name="MaxPendingCommands">The most commands taken and not answered.</param>
    /// <param name="MaxPendingBytes">The most bytes of commands taken and not answered.</param>
    /// <param name="DescribeNode">Completes a status with what the process knows of itself.</param>
    /// <param name="Traces">Makes spans of commands; null: nobody does.</param>
    public sealed record Setup(
        ChainId Chain,
        IReplicaSigner Signer,
        int MaxPendingCommands,
        long MaxPendingBytes,
        Func<StatusInquiry, NodeStatus> DescribeNode,
        CommandTraces? Traces = null);

    /// <summary>Tells where the executor is, which was made after the gateway.</summary>
    public sealed record ExecutorReady(IActorRef Executor);

    /// <summary>Tells who proposes next: there commands wait for nobody, so clients are told with their results.</summary>
    public sealed record Proposes(ReplicaId Replica);

    /// <summary>Props of the actor.</summary>
    public static Props Props(Setup setup) => Akka.Actor.Props.Create(() => new GatewayActor(setup));

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Submitted submitted:
                OnSubmitted(submitted);
                break;
            case Proposes next:
                _proposes = next.Replica;
                break;
            case ExecutorActor.Executed executed:
                OnExecuted(executed.Results);
                break;
            case ExecutorActor.Repeated repeated:
                Order(repeated.Segment);
                break;
            case Effect.RefuseCommands refused:
                foreach (var segment in refused.Segments)
                    Reject(segment);
                break;
            case ExecutorActor.Highest highest:
                if (_clients.TryGetValue(highest.Client, out var known))
                    known.HighestExecuted = highest.Sequence;
                break;
            case Queried query:
                _executor.Tell(new ExecutorActor.Ask(query.Connection, query.Id, query.Query));
                break;
            case ExecutorActor.Answered answered:
                ((ClientConnection)answered.Asker).TrySendQueryReply(answered.Id, answered.Height, answered.Result);
                break;
            case StatusAsked asked:
                (_consensus.IsNobody() ? _executor : _consensus).Tell(new StatusInquiry(asked.Connection, asked.Id, asked.IncludeDigest, asked.IncludeEvidence));
                break;
            case ReportAsked asked:
                (_consensus.IsNobody() ? _executor : _consensus).Tell(new StatusInquiry(Sender, 0, asked.WithDigest));
                break;
            case StatusInquiry { Asker: IActorRef operated } inquiry:
                operated.Tell(new OperatedNodeReport(new NodeReport(_setup.DescribeNode(inquiry), inquiry.Holdings), inquiry.Peers));
                break;
            case StatusInquiry inquiry:
                ((ClientConnection)inquiry.Asker).TrySendStatus(inquiry.Id, _setup.DescribeNode(inquiry));
                break;
            case Connected connected:
                Of(connected.Connection.ClientId).Connection = connected.Connection;
                break;
            case Disconnected disconnected:
                OnDisconnected(disconnected.Connection);
                break;
            case ConsensusReady ready:
                _consensus = ready.Consensus;
                break;
            case ExecutorReady ready:
                _executor = ready.Executor;
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnSubmitted(Submitted submitted)
    {
        var (connection, segment) = submitted;
        var client = Of(segment.Client);
        client.Connection ??= connection;
        if (client.Pending.ContainsKey(segment.Key))
        {
            // It is on its way, or was dropped there by a full mailbox: to order it again does nothing in the one case and helps in the other.
            connection.Release(segment);
            Order(segment);
            return;
        }

        if (_consensus.IsNobody()
            || _pendingCommands + segment.Count > _setup.MaxPendingCommands
            || _pendingBytes + segment.Encoded.Length > _setup.MaxPendingBytes)
        {
            connection.TrySendRejected(segment, RejectReason.Overloaded, "too many commands wait here", RetryAfter);
            connection.Release(segment);
            return;
        }

        Await(client, new Waiting(connection, segment, TimeProvider.System.GetTimestamp()));
        // Commands at or below what this client has had executed may have run before, and would not be ordered again: the client table knows.
        if (client.HighestExecuted is not { } highest || segment.FirstSequence <= highest)
            _executor.Tell(new ExecutorActor.Repeated(segment));
        else
            Order(segment);
    }

    private void Order(CommandSegment segment) =>
        _consensus.Tell(new ClientEvent(new ReplicaEvent.CommandsArrived([segment], PassedOn: false)));

    private void OnExecuted(IReadOnlyList<SegmentResults> executed)
    {
        foreach (var batch in executed.GroupBy(results => results.Client))
        {
            if (!_clients.TryGetValue(batch.Key, out var client))
                continue;
            var replies = batch.ToList();
            foreach (var results in replies)
            {
                if (client.HighestExecuted is { } highest)
                    client.HighestExecuted = Math.Max(highest, results.LastSequence);
                if (Settle(client, new SegmentKey(results.Client, results.FirstSequence, results.Count)) is { } answered)
                    Measure(answered);
            }

            if (client.Connection is { } connection)
                Reply(connection, replies);
            ForgetIfIdle(batch.Key, client);
        }
    }

    /// <summary>One signature for all of them, or for as many as one frame holds.</summary>
    private void Reply(ClientConnection connection, List<SegmentResults> replies)
    {
        for (var first = 0; first < replies.Count;)
        {
            var room = ClientConnection.MaxRepliesBytes;
            var batch = replies.Skip(first).TakeWhile((results, i) => (room -= results.Encoded.Length + ReplyOverhead) >= 0 || i == 0).ToList();
            first += batch.Count;
            var statement = SignedBytes.Reply(_setup.Chain, _setup.Signer.Replica, connection.ClientId, SegmentResults.DigestOf(batch));
            connection.TrySendReplies(batch, _setup.Signer.Sign(statement), _proposes);
            _setup.Traces?.Replied(batch);
        }
    }

    private void Measure(Waiting answered)
    {
        var took = TimeProvider.System.GetElapsedTime(answered.At);
        if (NodeInstruments.CommitLatency.Enabled)
            NodeInstruments.CommitLatency.Record(took.TotalSeconds, _tag);
        _setup.Traces?.Received(answered.Segment, took);
    }

    private void Reject(CommandSegment segment)
    {
        if (_clients.TryGetValue(segment.Client, out var client) && Settle(client, segment.Key) is { } waiting)
            waiting.Connection.TrySendRejected(segment, RejectReason.Overloaded, "too many commands wait here", RetryAfter);
    }
}
