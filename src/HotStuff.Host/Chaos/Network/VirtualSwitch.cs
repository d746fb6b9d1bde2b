using System.Diagnostics;

namespace HotStuff.Host.Chaos.Network;

/// <summary>
/// Carries packets of IPv4 between interfaces, late, or not at all, as its conditions say: what the kernel's netem does, where the kernel has it. Which packets are lost is chance,
/// not the seed's.
/// </summary>
/// <param name="ports">The interface of port i has an address whose last byte is i + 1.</param>
internal sealed class VirtualSwitch(IReadOnlyList<TunDevice> ports)
{
    private const int Version4 = 4;
    private const int HeaderSize = 20;
    private const int LastByteOfDestination = 19;

    private readonly PriorityQueue<(byte[] Packet, int To), long> _late = new();
    private volatile NetworkConditions _conditions = NetworkConditions.Fine;
    private bool _ended;

    /// <summary>What happens to packets from now on; those that are on their way arrive.</summary>
    public NetworkConditions Conditions
    {
        get => _conditions;
        set => _conditions = value;
    }

    /// <summary>Begins to carry packets, each port's until its interface is gone.</summary>
    public void Start()
    {
        // Threads of their own: reads block.
        for (var i = 0; i < ports.Count; i++)
        {
            var port = i;
            new Thread(() => Carry(port)) { IsBackground = true, Name = $"switch port {port}" }.Start();
        }

        new Thread(DeliverLate) { IsBackground = true, Name = "switch delay" }.Start();
    }

    /// <summary>Ends the thread that waits for what is late.</summary>
    public void End()
    {
        lock (_late)
        {
            _ended = true;
            Monitor.Pulse(_late);
        }
    }

    private void Carry(int from)
    {
        var buffer = new byte[TunDevice.MaxPacket];
        while (ports[from].Read(buffer) is > 0 and var length)
        {
            var to = buffer[LastByteOfDestination] - 1;
            var conditions = _conditions;
            if (length < HeaderSize || buffer[0] >> 4 != Version4 || to < 0 || to >= ports.Count || !conditions.Reaches(from, to)
                || (conditions.Loss > 0 && Random.Shared.NextDouble() < conditions.Loss))
            {
                continue;
            }

            if (conditions.Delay == TimeSpan.Zero)
                ports[to].Write(buffer.AsSpan(0, length));
            else
                Delay(buffer[..length], to, conditions.Delay);
        }
    }

    private void Delay(byte[] packet, int to, TimeSpan delay)
    {
        var due = Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency);
        lock (_late)
        {
            _late.Enqueue((packet, to), due);
            Monitor.Pulse(_late);
        }
    }

    private void DeliverLate()
    {
        while (NextDue() is { } late)
            ports[late.To].Write(late.Packet);
    }

    /// <summary>Waits for the next packet that is due; null when there will be none.</summary>
    private (byte[] Packet, int To)? NextDue()
    {
        lock (_late)
        {
            while (!_ended)
            {
                if (!_late.TryPeek(out _, out var due))
                {
                    Monitor.Wait(_late);
                    continue;
                }

                var left = due - Stopwatch.GetTimestamp();
                if (left <= 0)
                    return _late.Dequeue();
                Monitor.Wait(_late, TimeSpan.FromMilliseconds(Math.Ceiling(left * 1000.0 / Stopwatch.Frequency)));
            }

            return null;
        }
    }
}
