using System.Diagnostics;
using HotStuff.Client;

namespace HotStuff.Cluster;

/// <content>What the node has used.</content>
public sealed partial class ReplicaNode
{
    private NodeResources Resources(Process process)
    {
        var transport = TransportCounters.Of(_system);
        return new NodeResources
        {
            CpuUserSeconds = process.UserProcessorTime.TotalSeconds,
            RssPeakBytes = process.PeakWorkingSet64,
            GcPause = GC.GetTotalPauseDuration(),
            GcCount = GC.CollectionCount(0),
            AllocatedBytes = GC.GetTotalAllocatedBytes(),
            PeerBytesSent = transport.BytesSent,
            PeerBytesReceived = transport.BytesReceived,
            ClientBytesSent = _listener?.BytesSent ?? 0,
            ClientBytesReceived = _listener?.BytesReceived ?? 0,
            Flushes = _counters.Flushes,
        };
    }
}
