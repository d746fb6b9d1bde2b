namespace HotStuff.Cluster;

/// <summary>Finds what is behind an exception that Akka has wrapped.</summary>
internal static class Causes
{
    public static T? Find<T>(Exception? exception)
        where T : Exception => exception switch
        {
            null => null,
            T found => found,
            AggregateException several => several.InnerExceptions.Select(Find<T>).FirstOrDefault(found => found is not null),
            _ => Find<T>(exception.InnerException),
        };
}
