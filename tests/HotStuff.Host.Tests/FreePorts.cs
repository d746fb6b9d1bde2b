using HotStuff.Crypto;
using HotStuff.Host.Local;

namespace HotStuff.Host.Tests;

/// <summary>Chooses base ports, so that tests, also those of other processes, can run side by side.</summary>
internal static class FreePorts
{
    private const int PlanWidth = 5 * PortPlan.Stride;
    private const int First = 11_000;

    // Above are the ports that the system gives to outgoing connections.
    private const int Plans = (32_000 - First) / PlanWidth;

    private static int _next = Environment.ProcessId;

    /// <summary>A base port whose plan has room for <paramref name="replicas"/> replicas.</summary>
    public static int BasePort(int replicas = 4)
    {
        for (var attempt = 0; attempt < Plans; attempt++)
        {
            var basePort = First + ((Interlocked.Increment(ref _next) % Plans) * PlanWidth);
            var plan = PortPlan.From(basePort);
            var ports = Enumerable.Range(0, replicas).Select(plan.Of).SelectMany(p => new[] { p.Ops, p.Consensus, p.Client, p.Http, p.Command });
            if (ports.All(PortProbe.IsFree))
                return basePort;
        }

        throw new InvalidOperationException("there are no free ports on this machine");
    }
}
