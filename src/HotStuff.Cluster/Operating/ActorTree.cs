using Akka.Actor;

namespace HotStuff.Cluster;

/// <summary>Looks at the actors of a system. What starts or ends meanwhile may be seen or not.</summary>
public static class ActorTree
{
    /// <summary>The paths of actors, each before its children, children by name.</summary>
    /// <param name="system">Whose actors.</param>
    /// <param name="start">Where to begin: a path as this answers it, or only what follows the system's name in it (<c>/user</c>); null: at the top.</param>
    /// <param name="depth">How many levels below the start, 0 and more.</param>
    /// <returns>Nothing when there is no actor at the start.</returns>
    public static IEnumerable<string> Paths(ActorSystem system, string? start = null, int depth = int.MaxValue) =>
        Find(system, start) is { } top ? Below(top, depth).Select(actor => actor.Path.ToString()) : [];

    private static IActorRef? Find(ActorSystem system, string? start)
    {
        IActorRef root = ((ExtendedActorSystem)system).Provider.RootGuardian;
        var path = start ?? "";
        if (path.StartsWith(root.Path.ToString().TrimEnd('/'), StringComparison.Ordinal))
            path = path[root.Path.ToString().TrimEnd('/').Length..];
        else if (path.Contains("://", StringComparison.Ordinal))
            return null;

        var found = root;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Children(found).FirstOrDefault(child => child.Path.Name == name) is not { } child)
                return null;
            found = child;
        }

        return found;
    }

    private static IEnumerable<IActorRef> Below(IActorRef actor, int depth)
    {
        yield return actor;
        if (depth == 0)
            yield break;
        foreach (var below in Children(actor).OrderBy(child => child.Path.Name, StringComparer.Ordinal).SelectMany(child => Below(child, depth - 1)))
            yield return below;
    }

    private static IEnumerable<IActorRef> Children(IActorRef actor) => actor is ActorRefWithCell cell ? cell.Children : [];
}
