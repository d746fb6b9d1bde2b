using System.Buffers;
using Akka.Actor;
using Akka.Event;
using HotStuff.Consensus;
using HotStuff.StateMachine;
using HotStuff.Storage;

namespace HotStuff.Cluster;

/// <summary>
/// Applies committed blocks to the replicated state, in order, and tells the gateway the results. At start it applies what the store has committed before.
/// </summary>
public sealed class ExecutorActor : UntypedActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ReplicatedState _state;
    private readonly IReplicaStore _store;
    private readonly Height _committed;
    private readonly IActorRef _gateway;
    private readonly ArrayBufferWriter<byte> _answer = new();

    /// <summary>Made by <see cref="Props"/>.</summary>
    public ExecutorActor(ReplicatedState state, IReplicaStore store, Height committed, IActorRef gateway)
    {
        _state = state;
        _store = store;
        _committed = committed;
        _gateway = gateway;
    }

    /// <summary>Results of the commands of committed blocks, in order.</summary>
    public sealed record Executed(IReadOnlyList<SegmentResults> Results);

    /// <summary>
    /// Commands that came again: answers the gateway with <see cref="Executed"/> when all of them ran before, with the same message when not.
    /// </summary>
    public sealed record Repeated(CommandSegment Segment) : IClientTraffic;

    /// <summary>A query; answers with <see cref="Answered"/>.</summary>
    public sealed record Ask(object Asker, long Id, ReadOnlyMemory<byte> Query) : IClientTraffic;

    /// <summary>The answer to a query, from the state at that height.</summary>
    public sealed record Answered(object Asker, long Id, Height Height, ReadOnlyMemory<byte> Result);

    /// <summary>Asks what is the highest sequence number of a client's commands that ran; answers with <see cref="Highest"/>.</summary>
    public sealed record HighestOf(ClientId Client) : IClientTraffic;

    /// <summary>The highest sequence number of a client's commands that ran, 0 when none did or it is forgotten.</summary>
    public sealed record Highest(ClientId Client, long Sequence);

    /// <summary>
    /// Props of the actor; made before the consensus actor starts: what the store has committed by now is executed again, everything later comes as
    /// <see cref="Effect.Commit"/>.
    /// </summary>
    public static Props Props(ReplicatedState state, IReplicaStore store, IActorRef gateway)
    {
        var committed = store.CommittedHeight;
        return Akka.Actor.Props.Create(() => new ExecutorActor(state, store, committed, gateway));
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        while (_state.Height < _committed)
        {
            var next = _store.FindCommitted(_state.Height.Next)
                ?? throw new StoreException($"the committed block at height {_state.Height.Next.Number} is missing: check the disk, then replace this replica by one with new keys");
            _state.Execute(next);
        }

        if (_committed > Height.Genesis)
            _log.Info("executed {0} blocks of the store again", _committed.Number);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Effect.Commit commit:
                Execute(commit);
                break;
            case Repeated repeated:
                Sender.Tell(_state.FindResults(repeated.Segment) is { } results ? new Executed([results]) : repeated);
                break;
            case HighestOf highest:
                Sender.Tell(new Highest(highest.Client, _state.HighestExecuted(highest.Client)));
                break;
            case Ask ask:
                _answer.ResetWrittenCount();
                _state.Query(ask.Query.Span, _answer);
                Sender.Tell(new Answered(ask.Asker, ask.Id, _state.Height, _answer.WrittenMemory.ToArray()));
                break;
            case StatusInquiry inquiry:
                Sender.Tell(inquiry with
                {
                    Executed = _state.Height,
                    CommandsExecuted = _state.CommandsExecuted,
                    DuplicatesSuppressed = _state.DuplicatesSuppressed,
                    Digest = inquiry.WithDigest ? _state.Digest() : null,
                });
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Execute(Effect.Commit commit)
    {
        var results = new List<SegmentResults>();
        foreach (var block in commit.Blocks)
            results.AddRange(_state.Execute(block));
        if (results.Count > 0)
            _gateway.Tell(new Executed(results));
    }
}
