using System.Collections.Immutable;
using Akka.Actor;
using HotStuff.Consensus;
using HotStuff.Storage;

namespace HotStuff.Cluster;

/// <summary>
/// Waits for the disk, so that the consensus actor need not: makes each <see cref="Write"/> durable and answers <see cref="Written"/>. An exception stops the node: what is not
/// durable must not be said.
/// </summary>
public sealed class WriterActor : UntypedActor
{
    private readonly IReplicaStore _store;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public WriterActor(IReplicaStore store) => _store = store;

    /// <summary>Props of the actor.</summary>
    public static Props Props(IReplicaStore store) => Akka.Actor.Props.Create(() => new WriterActor(store));

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        if (message is not Write write)
        {
            Unhandled(message);
            return;
        }

        _store.Persist(write.Record, write.Blocks.AsSpan());
        Sender.Tell(Written.Instance);
    }

    /// <summary>A record, and the blocks that must be durable with it.</summary>
    /// <param name="Record">The latest record.</param>
    /// <param name="Blocks">In the order in which the protocol wanted them written.</param>
    public sealed record Write(SafetyRecord Record, ImmutableArray<Block> Blocks);

    /// <summary>The last write is durable.</summary>
    public sealed class Written
    {
        /// <summary>The one there is.</summary>
        public static readonly Written Instance = new();

        private Written()
        {
        }
    }
}
