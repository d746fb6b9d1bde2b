using HotStuff.Cluster.Clients;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <content>What the gateway remembers of its clients.</content>
public sealed partial class GatewayActor
{
    private sealed record Waiting(ClientConnection Connection, CommandSegment Segment);

    private sealed class Client
    {
        public ClientConnection? Connection { get; set; }

        public Dictionary<SegmentKey, Waiting> Pending { get; } = [];

        /// <summary>Null until the executor has said it: the commands of an earlier connection may have run.</summary>
        public long? HighestExecuted { get; set; }
    }
}
