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
    // A snapshot that is due while so many are still on their way to the disk is left out.
    private const int MostUnderWay = 2;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Setup _setup;
    private readonly Height _committed;
    private readonly ArrayBufferWriter<byte> _answer = new();
    private int _snapshotsUnderWay;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public ExecutorActor(Setup setup, Height committed)
    {
        _setup = setup;
        _committed = committed;
    }

    /// <summary>What the actor needs.</summary>
    /// <param name="State">Has executed nothing.</param>
    /// <param name="Chain">The chain.</param>
    /// <param name="Store">Where blocks and snapshots are kept.</param>
    /// <param name="Gateway">Who is told results.</param>
    /// <param name="Snapshots">Who is given snapshots.</param>
    /// <param name="Traces">Makes spans of commands; null: nobody does.</param>
    public sealed record Setup(ReplicatedState State, ChainId Chain, IReplicaStore Store, IActorRef Gateway, IActorRef Snapshots, CommandTraces? Traces = null);

    private ReplicatedState State => _setup.State;

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
    public static Props Props(Setup setup)
    {
        var committed = setup.Store.CommittedHeight;
        return Akka.Actor.Props.Create(() => new ExecutorActor(setup, committed));
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        foreach (var snapshot in _setup.Store.Snapshots.All.Where(snapshot => snapshot.Height <= _committed).Reverse())
        {
            if (TryRestore(snapshot))
                break;
        }

        var restored = State.Height;
        while (State.Height < _committed)
        {
            State.Execute(_setup.Store.FindCommitted(State.Height.Next) ?? throw Missing(State.Height.Next));
            if (State.IsSnapshotDue)
                State.MarkSnapshot();
        }

        if (_committed > Height.Genesis)
            _log.Info("restored the state at height {0} and executed {1} blocks again", restored.Number, _committed.Number - restored.Number);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Effect.Commit commit:
                Execute(commit);
                break;
            case Effect.Restart restart:
                Restart(restart.Root);
                break;
            case SnapshotActor.Kept:
                _snapshotsUnderWay--;
                break;
            case Repeated repeated:
                Sender.Tell(State.FindResults(repeated.Segment) is { } results ? new Executed([results]) : repeated);
                break;
            case HighestOf highest:
                Sender.Tell(new Highest(highest.Client, State.HighestExecuted(highest.Client)));
                break;
            case Ask ask:
                _answer.ResetWrittenCount();
                State.Query(ask.Query.Span, _answer);
                Sender.Tell(new Answered(ask.Asker, ask.Id, State.Height, _answer.WrittenMemory.ToArray()));
                break;
            case StatusInquiry inquiry:
                Sender.Tell(inquiry with
                {
                    Executed = State.Height,
                    CommandsExecuted = State.CommandsExecuted,
                    DuplicatesSuppressed = State.DuplicatesSuppressed,
                    Digest = inquiry.WithDigest ? State.Digest() : null,
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
        {
            var started = _setup.Traces is null ? 0 : TimeProvider.System.GetTimestamp();
            results.AddRange(State.Execute(block));
            _setup.Traces?.Executed(block, TimeProvider.System.GetElapsedTime(started));
            if (State.IsSnapshotDue)
                TakeSnapshot(block);
        }

        if (results.Count > 0)
            _setup.Gateway.Tell(new Executed(results));
    }

    private void TakeSnapshot(Block block)
    {
        State.MarkSnapshot();
        if (_snapshotsUnderWay >= MostUnderWay)
            return;
        var buffer = new SegmentedBuffer();
        State.Snapshot(buffer);
        if (buffer.Written.Length > SnapshotManifest.MaxBytes)
        {
            _log.Warning("the state is larger than a snapshot may be ({0} bytes): none was taken", SnapshotManifest.MaxBytes);
            return;
        }

        _snapshotsUnderWay++;
        _setup.Snapshots.Tell(new SnapshotActor.Taken(block, buffer.Written));
    }

    /// <summary>The protocol goes on from a checkpoint, whose snapshot was fetched.</summary>
    private void Restart(Block root)
    {
        if (_setup.Store.Snapshots.All.FirstOrDefault(snapshot => snapshot.Manifest.Block == root.Id) is not { } snapshot || !TryRestore(snapshot))
            throw Missing(root.Height);
    }

    private bool TryRestore(StoredSnapshot snapshot)
    {
        if (_setup.Store.Snapshots.ReadAll(snapshot.Manifest.Digest) is not { } contents)
        {
            _log.Warning("the snapshot at height {0} is damaged", snapshot.Height.Number);
            return false;
        }

        State.Restore(contents, _setup.Chain);
        return true;
    }

    // Without its old votes a replica asks the others what it signed, so that an empty directory is no danger.
    private static StoreException Missing(Height height) => new(
        $"neither a snapshot nor the committed blocks up to height {height.Number} are in the data directory: check the disk, then remove the data directory and start again: "
        + "the replica asks the others what it has signed, and fetches the state from them");
}
