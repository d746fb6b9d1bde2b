using Akka.Actor;
using Akka.Event;
using HotStuff.Storage;

namespace HotStuff.Cluster;

/// <summary>
/// Watches the actors of a node. None of them ever stops by itself, so when one does, an exception ended it, and the node must end: an actor that started again
/// with a fresh state would contradict what it said before. The consensus system's guardian stops actors that throw (consensus-locked.conf).
/// </summary>
public sealed class NodeWatch : UntypedActor
{
    private readonly Action<string> _failed;
    private readonly Dictionary<string, string> _errors = new(StringComparer.Ordinal);

    /// <summary>Made by <see cref="Props"/>.</summary>
    public NodeWatch(Action<string> failed) => _failed = failed;

    /// <summary>
    /// Props of the actor. Whoever starts it subscribes it to <see cref="Error"/> at once and before starting those to watch: so it knows the reason even of one
    /// that fails while it starts.
    /// </summary>
    /// <param name="failed">Called with the reason, one line, when a watched actor has ended.</param>
    public static Props Props(Action<string> failed) => Akka.Actor.Props.Create(() => new NodeWatch(failed));

    /// <summary>Asks to watch one more actor.</summary>
    /// <param name="Actor">Whom to watch.</param>
    public sealed record Guard(IActorRef Actor);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Guard guard:
                Context.Watch(guard.Actor);
                break;
            // Of a node's own actors, which are few, so that this is bounded.
            case Error error when error.LogSource.Contains("/user/", StringComparison.Ordinal):
                _errors[error.LogSource] = FirstLine(error.Cause is { } cause ? Explain(cause) : error.ToString());
                break;
            case Error:
                break;
            case Terminated terminated:
                _failed($"{terminated.ActorRef.Path.Name} stopped: {_errors.GetValueOrDefault(terminated.ActorRef.Path.ToString(), "no reason known")}");
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>What to do is said by the store; for the rest the innermost exception says most.</summary>
    private static string Explain(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is StoreException)
                return cause.Message;
        }

        return exception.GetBaseException().Message;
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
