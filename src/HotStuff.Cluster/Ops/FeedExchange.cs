using System.Text.Json;
using Akka.Actor;
using Akka.Cluster.Tools.PublishSubscribe;
using Akka.Event;

namespace HotStuff.Cluster;

/// <summary>
/// Exchanges frames of what replicas do with the other members of the operators' cluster, by its publish-subscribe. Any member can say anything in any replica's name: what comes is for
/// looking at.
/// </summary>
public sealed class FeedExchange : UntypedActor
{
    private const string FramesTopic = "frames";
    private const string WatchersTopic = "watchers";

    // What must not be null is not, whatever a member sends.
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    private readonly int _self;
    private readonly int _replicas;
    private readonly IActorRef _feed;
    private readonly IActorRef _mediator = DistributedPubSub.Get(Context.System).Mediator;
    private bool _warned;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public FeedExchange(int self, int replicas, IActorRef feed)
    {
        _self = self;
        _replicas = replicas;
        _feed = feed;
    }

    /// <summary>Props of the actor.</summary>
    /// <param name="self">Which replica this is.</param>
    /// <param name="replicas">How many there are.</param>
    /// <param name="feed">The <see cref="FeedActor"/>.</param>
    public static Props Props(int self, int replicas, IActorRef feed) => Akka.Actor.Props.Create(() => new FeedExchange(self, replicas, feed));

    /// <summary>A frame of this replica, for the others.</summary>
    internal sealed record Own(FeedFrame Frame);

    /// <summary>A frame of another replica.</summary>
    internal sealed record Others(FeedFrame Frame);

    /// <summary>Somebody watches at this node.</summary>
    internal sealed record WatchedHere
    {
        public static WatchedHere Instance { get; } = new();
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _mediator.Tell(new Subscribe(FramesTopic, Self));
        _mediator.Tell(new Subscribe(WatchersTopic, Self));
        _feed.Tell(new FeedActor.ExchangeReady(Self));
    }

    /// <inheritdoc/>
    protected override void PostStop() => _feed.Tell(new FeedActor.ExchangeReady(ActorRefs.Nobody));

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Own own:
                _mediator.Tell(new Publish(FramesTopic, new OpsMessages.Frame { Replica = _self, Json = JsonSerializer.SerializeToUtf8Bytes(own.Frame, Format) }));
                break;
            case WatchedHere:
                _mediator.Tell(new Publish(WatchersTopic, new OpsMessages.Watcher { Replica = _self }));
                break;
            case OpsMessages.Frame frame when frame.Replica != _self:
                OnFrame(frame);
                break;
            case OpsMessages.Watcher watcher when watcher.Replica != _self:
                _feed.Tell(FeedActor.WatchedElsewhere.Instance);
                break;
            case OpsMessages.Frame or OpsMessages.Watcher or SubscribeAck:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnFrame(OpsMessages.Frame frame)
    {
        if (TryRead(frame, _replicas) is { } read)
        {
            _feed.Tell(new Others(read));
        }
        else if (!_warned)
        {
            // Once: whoever sends such things sends more of them.
            _warned = true;
            Context.GetLogger().Warning("a member of the operators' cluster ({0}) sends frames that cannot be read", Sender.Path);
        }
    }

    /// <summary>Reads a frame from bytes that may be anything; null when it is none.</summary>
    internal static FeedFrame? TryRead(OpsMessages.Frame frame, int replicas)
    {
        try
        {
            var read = JsonSerializer.Deserialize<FeedFrame>(frame.Json, Format);
            return read is not null && read.Replica == frame.Replica && read.Replica >= 0 && read.Replica < replicas
                && read.Occurrences.Count <= FeedFrame.MaxOccurrences && read.Occurrences.All(one => one is not null)
                    ? read
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
