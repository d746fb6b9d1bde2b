using Akka.Actor;
using Akka.Event;

namespace HotStuff.Cluster;

/// <summary>
/// Watches the actors of a node. None of them ever stops by itself, so when one does, an exception ended it, and the node must end: an actor that started again
/// with a fresh state would contradict what it said before.
/// </summary>
public sealed class NodeWatch : UntypedActor
{
    private readonly Action<string> _failed;
    private string? _lastError;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public NodeWatch(IReadOnlyList<IActorRef> actors, Action<string> failed)
    {
        _failed = failed;
        Context.System.EventStream.Subscribe(Self, typeof(Error));
        foreach (var actor in actors)
            Context.Watch(actor);
    }

    /// <summary>Props of the actor.</summary>
    /// <param name="actors">Whom to watch.</param>
    /// <param name="failed">Called with the reason, one line, when one of them has ended.</param>
    public static Props Props(IReadOnlyList<IActorRef> actors, Action<string> failed) =>
        Akka.Actor.Props.Create(() => new NodeWatch(actors, failed));

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Error error:
                _lastError = error.Cause?.GetBaseException().Message ?? error.Message.ToString();
                break;
            case Terminated terminated:
                _failed($"{terminated.ActorRef.Path.Name} stopped: {_lastError ?? "no reason known"}");
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
