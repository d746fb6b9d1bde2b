using System.Collections.Immutable;
using System.Globalization;
using HotStuff.Consensus;
using HotStuff.Host.Local;

namespace HotStuff.Host.Chaos;

/// <summary>What is done to a cluster in one round: data. <see cref="object.ToString"/> says it in words, and is equal for equal actions.</summary>
/// <param name="Victims">The replicas that it is done to.</param>
internal abstract record ChaosAction(ImmutableArray<ReplicaId> Victims)
{
    /// <summary>What kind of action it is, in one word.</summary>
    public abstract string Kind { get; }

    protected string Names => string.Join(" and ", Victims);

    protected static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");
}

/// <summary>SIGKILL, and a start after a while.</summary>
internal sealed record KillAction(ImmutableArray<ReplicaId> Victims, TimeSpan Down) : ChaosAction(Victims)
{
    public override string Kind => "kill";

    public override string ToString() => $"kill {Names} for {Milliseconds(Down)}";
}

/// <summary>SIGKILL to all replicas at the same time, and a start of all: the one action that more than f bear, because no disk loses anything.</summary>
internal sealed record BlackoutAction(ImmutableArray<ReplicaId> Victims, TimeSpan Down) : ChaosAction(Victims)
{
    public override string Kind => "blackout";

    public override string ToString() => $"kill all {Victims.Length} for {Milliseconds(Down)}";
}

/// <summary>SIGSTOP, and SIGCONT after a while.</summary>
internal sealed record FreezeAction(ImmutableArray<ReplicaId> Victims, TimeSpan Duration) : ChaosAction(Victims)
{
    public override string Kind => "freeze";

    public override string ToString() => $"freeze {Names} for {Milliseconds(Duration)}";
}

/// <summary>SIGKILL, a start of a process that kills itself at one of its writes, and another start.</summary>
internal sealed record DieAction(ReplicaId Victim, DeathPoint Point) : ChaosAction([Victim])
{
    public override string Kind => "die";

    public override string ToString() => $"{Victim} dies at {Point}";
}

/// <summary>SIGKILL, damage to the files, and a start.</summary>
/// <param name="Victim">Whose files.</param>
/// <param name="Damage">What happens to them.</param>
/// <param name="Seed">Decides which bytes.</param>
internal sealed record DamageAction(ReplicaId Victim, DiskDamage Damage, ulong Seed) : ChaosAction([Victim])
{
    public override string Kind => "damage";

    public override string ToString() => $"kill {Victim} and {Words()}";

    private string Words() => Damage switch
    {
        DiskDamage.FlipLogTail => "flip bytes at the end of its log",
        DiskDamage.CutLogTail => "cut the end off its log",
        DiskDamage.FlipSnapshot => "flip bytes of a snapshot",
        _ => "empty its disk",
    };
}

/// <summary>The disk of a replica becomes full while it runs, and empty again.</summary>
internal sealed record FillAction(ReplicaId Victim) : ChaosAction([Victim])
{
    public override string Kind => "fill";

    public override string ToString() => $"fill the disk of {Victim}";
}

/// <summary>A replica reaches nobody and nobody reaches it, for a while.</summary>
internal sealed record IsolateAction(ReplicaId Victim, TimeSpan Duration) : ChaosAction([Victim])
{
    public override string Kind => "isolate";

    public override string ToString() => $"isolate {Victim} for {Milliseconds(Duration)}";
}

/// <summary>Half of the replicas do not reach the others, for a while; clients reach all.</summary>
internal sealed record SplitAction(ImmutableArray<ReplicaId> Victims, TimeSpan Duration) : ChaosAction(Victims)
{
    public override string Kind => "split";

    public override string ToString() => $"split {Names} off for {Milliseconds(Duration)}";
}

/// <summary>All packets are late and some are lost, for a while.</summary>
/// <param name="Delay">How long each takes.</param>
/// <param name="LossPercent">How many of a hundred never arrive.</param>
/// <param name="Duration">For how long.</param>
internal sealed record WeatherAction(TimeSpan Delay, int LossPercent, TimeSpan Duration) : ChaosAction([])
{
    public override string Kind => "weather";

    public override string ToString() => $"{Milliseconds(Delay)} delay, {LossPercent} % loss for {Milliseconds(Duration)}";
}

/// <summary>What can happen to a replica's files.</summary>
internal enum DiskDamage
{
    FlipLogTail,
    CutLogTail,
    FlipSnapshot,
    Empty,
}
