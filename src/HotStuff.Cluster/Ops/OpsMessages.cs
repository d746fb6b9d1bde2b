namespace HotStuff.Cluster;

/// <summary>
/// What members of the operators' cluster say to each other beside Akka's own. Fields and not properties, of plain types and in sealed classes: <see cref="HyperionOpsSerializer"/> scans the bytes of
/// exactly such before Hyperion sees them. New ones are added to its list at the end.
/// </summary>
internal static class OpsMessages
{
    /// <summary>A <see cref="FeedFrame"/>.</summary>
    internal sealed class Frame
    {
        /// <summary>Whose.</summary>
        public int Replica;

        /// <summary>The frame as JSON in UTF-8.</summary>
        public byte[] Json = [];
    }

    /// <summary>Somebody watches at a node.</summary>
    internal sealed class Watcher
    {
        /// <summary>Which replica's node.</summary>
        public int Replica;
    }
}
