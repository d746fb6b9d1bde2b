using System.Text.Json.Serialization;
using HotStuff.StateMachine;

namespace HotStuff.Host.Measuring;

/// <summary>When the commands of an open loop are due.</summary>
internal enum Arrivals
{
    /// <summary>At equal distances, over all clients.</summary>
    Steady,

    /// <summary>At random, as if very many people sent them who know nothing of each other.</summary>
    Poisson,
}

/// <summary>What a load should be like.</summary>
internal sealed record LoadSpec
{
    /// <summary>Client sessions over all processes.</summary>
    public required int Clients { get; init; }

    /// <summary>Bytes of a command; 0: empty commands.</summary>
    public int Payload { get; init; }

    /// <summary>Closed loop: commands under way at any time, over all clients. Null in open loop.</summary>
    public int? Outstanding { get; init; }

    /// <summary>Open loop: commands due per second, over all clients. Null in closed loop.</summary>
    public double? Rate { get; init; }

    /// <summary>Open loop: when they are due.</summary>
    public Arrivals Arrivals { get; init; }

    /// <summary>Open loop: how many commands one client may have under way; what is due above that is refused by the client and never sent.</summary>
    public int MaxOutstanding { get; init; } = 1;

    /// <summary>Draws the arrivals that are random.</summary>
    public int Seed { get; init; }

    /// <summary>Which of the clients are meant, the first one's index; the others follow.</summary>
    public int First { get; init; }

    /// <summary>How many of the clients are meant; null: all from <see cref="First"/> on.</summary>
    public int? Count { get; init; }

    /// <summary>The indexes of the clients that are meant.</summary>
    [JsonIgnore]
    public IEnumerable<int> Indexes => Enumerable.Range(First, Count ?? (Clients - First));

    /// <summary>The command that is sent again and again.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Command => Payload == 0 ? default(ReadOnlyMemory<byte>) : KeyValueCommand.Noop(new byte[Payload - 1]);

    /// <summary>The most commands that any one client has under way.</summary>
    [JsonIgnore]
    public int MostOfOneClient => Outstanding is null ? MaxOutstanding : ShareOf(0);

    /// <summary>Closed loop: how many commands a client keeps under way.</summary>
    public int ShareOf(int client) => (Outstanding.GetValueOrDefault() / Clients) + (client < Outstanding.GetValueOrDefault() % Clients ? 1 : 0);

    /// <summary>The part of the load that one of several processes takes.</summary>
    public LoadSpec PartOf(int process, int processes)
    {
        var first = Clients * process / processes;
        return this with { First = first, Count = (Clients * (process + 1) / processes) - first };
    }
}
