using System.Diagnostics;
using HotStuff.Consensus;
using HotStuff.Host.Chaos.Network;
using HotStuff.Host.Local;
using HotStuff.Host.Measuring;
using HotStuff.Simulation;

namespace HotStuff.Host.Chaos;

/// <summary>What came of an action that the action does not say.</summary>
/// <param name="Words">In a few words; null when there is nothing to say.</param>
/// <param name="Refused">Whether a replica refused to start with its disk.</param>
internal readonly record struct SabotageOutcome(string? Words, bool Refused = false);

/// <summary>
/// Does to a cluster of processes what an action says, and makes it whole again: when it returns all replicas run, know each other, and have executed what the others had.
/// </summary>
/// <param name="cluster">The replicas.</param>
/// <param name="observer">Asks them.</param>
/// <param name="network">What joins them; null where that is the machine's own network.</param>
internal sealed class Saboteur(LocalCluster cluster, ClusterObserver observer, VirtualSwitch? network)
{
    private static readonly TimeSpan WholeBound = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan DeathBound = TimeSpan.FromSeconds(60);

    // A replica that missed nothing while it was away fetches nothing, and puts nothing.
    private static readonly TimeSpan PutBound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FullBound = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(30);

    /// <summary>This process's port of the switch.</summary>
    private int ClientPort => cluster.Genesis.Committee.Size;

    /// <summary>Does it.</summary>
    /// <exception cref="ProblemException">A replica did what it must not do.</exception>
    public Task<SabotageOutcome> DoAsync(ChaosAction action, CancellationToken cancellationToken)
    {
        RequireAllRun();
        return DispatchAsync(action, cancellationToken);
    }

    /// <summary>Fails when a replica has stopped although nobody did anything to it.</summary>
    public void RequireAllRun()
    {
        if (cluster.Genesis.Committee.Members.Select(cluster.Problem).FirstOrDefault(line => line is not null) is { } problem)
            throw new ProblemException(problem);
    }

    private Task<SabotageOutcome> DispatchAsync(ChaosAction action, CancellationToken cancellationToken) => action switch
    {
        KillAction kill => KillAsync(kill.Victims, kill.Down, cancellationToken),
        BlackoutAction blackout => KillAsync(blackout.Victims, blackout.Down, cancellationToken),
        FreezeAction freeze => FreezeAsync(freeze, cancellationToken),
        DieAction die => DieAsync(die, cancellationToken),
        DamageAction damage => DamageAsync(damage, cancellationToken),
        FillAction fill => FillAsync(fill, cancellationToken),
        IsolateAction isolate => BadNetworkAsync(NetworkConditions.Cut([isolate.Victim.Index], Enumerable.Range(0, ClientPort + 1)), isolate.Duration, cancellationToken),
        SplitAction split => BadNetworkAsync(NetworkConditions.Cut(split.Victims.Select(id => id.Index), Enumerable.Range(0, ClientPort)), split.Duration, cancellationToken),
        WeatherAction weather => BadNetworkAsync(
            NetworkConditions.Fine with { Delay = weather.Delay, Loss = weather.LossPercent / 100.0 }, weather.Duration, cancellationToken),
        _ => throw new ArgumentException($"nobody knows how to {action}", nameof(action)),
    };

    private async Task<SabotageOutcome> KillAsync(IReadOnlyList<ReplicaId> victims, TimeSpan down, CancellationToken cancellationToken)
    {
        await Task.WhenAll(victims.Select(cluster.KillAsync));
        await Task.Delay(down, cancellationToken);
        foreach (var victim in victims)
            cluster.Start(victim);
        await WholeAsync(victims, cancellationToken);
        return default;
    }

    private async Task<SabotageOutcome> FreezeAsync(FreezeAction freeze, CancellationToken cancellationToken)
    {
        var processes = freeze.Victims.Select(victim => cluster.ProcessId(victim)!.Value).ToArray();
        foreach (var process in processes)
            ProcessSignals.Freeze(process);
        try
        {
            await Task.Delay(freeze.Duration, cancellationToken);
        }
        finally
        {
            foreach (var process in processes)
                ProcessSignals.Thaw(process);
        }

        await WholeAsync(freeze.Victims, cancellationToken);
        return default;
    }

    private async Task<SabotageOutcome> DieAsync(DieAction die, CancellationToken cancellationToken)
    {
        await cluster.KillAsync(die.Victim);
        cluster.Start(die.Victim, "--die-at", die.Point.ToString());
        var exit = await cluster.ExitAsync(die.Victim, die.Point.Point == PersistencePoint.BeforePut ? PutBound : DeathBound, cancellationToken);
        if (exit is not null and not { Code: ReplicaExit.Killed })
            throw new ProblemException($"replica {die.Victim} was to die at {die.Point}, and stopped: {exit.Reason}");
        await cluster.KillAsync(die.Victim);
        cluster.Start(die.Victim);
        await WholeAsync(die.Victims, cancellationToken);
        return exit is null ? new SabotageOutcome($"it never got to {die.Point}") : default;
    }

    private async Task<SabotageOutcome> DamageAsync(DamageAction action, CancellationToken cancellationToken)
    {
        var victim = action.Victim;
        await cluster.KillAsync(victim);
        var done = DiskFaults.Do(cluster.Directory.DataDirectory(victim), action.Damage, new Dice(action.Seed));
        cluster.Start(victim);
        if (await RefusalAsync(victim, cancellationToken) is not { } refusal)
            return new SabotageOutcome(done ?? "there was none");

        // It noticed, which is right. An operator replaces such a replica; here it comes back with an empty disk.
        DiskFaults.Do(cluster.Directory.DataDirectory(victim), DiskDamage.Empty, new Dice(action.Seed));
        cluster.Start(victim);
        await WholeAsync(action.Victims, cancellationToken);
        return new SabotageOutcome($"{done}; it refused to start ({refusal}) and came back with an empty disk", Refused: true);
    }

    private async Task<SabotageOutcome> FillAsync(FillAction fill, CancellationToken cancellationToken)
    {
        if (!SmallDisk.IsPossible)
            return new SabotageOutcome($"not done: {SmallDisk.Needs}");

        var victim = fill.Victim;
        await cluster.KillAsync(victim);
        string result;
        await using (var disk = await SmallDisk.MountAsync(cluster.Directory.DataDirectory(victim), cancellationToken))
        {
            try
            {
                cluster.Start(victim);
                await WholeAsync(fill.Victims, cancellationToken);
                disk.Fill();
                result = await cluster.ExitAsync(victim, FullBound, cancellationToken) is { } exit ? $"it stopped: {Short(exit.Reason, victim)}" : "it went on";
            }
            finally
            {
                await cluster.KillAsync(victim);
            }

            disk.Free();
        }

        cluster.Start(victim);
        await WholeAsync(fill.Victims, cancellationToken);
        return new SabotageOutcome(result);
    }

    private async Task<SabotageOutcome> BadNetworkAsync(NetworkConditions conditions, TimeSpan duration, CancellationToken cancellationToken)
    {
        if (network is null)
            throw new InvalidOperationException("the machine's own network is not to be touched");
        network.Conditions = conditions;
        await Task.Delay(duration, cancellationToken);
        network.Conditions = NetworkConditions.Fine;
        await WholeAsync([.. cluster.Genesis.Committee.Members], cancellationToken);
        return default;
    }

    /// <summary>Waits until replicas are as they should be.</summary>
    /// <exception cref="ProblemException">One of them stopped, or it takes too long.</exception>
    private async Task WholeAsync(IReadOnlyList<ReplicaId> replicas, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (replicas.Except(await observer.UpToDateAsync(cancellationToken)).ToArray() is { Length: > 0 } incomplete)
        {
            if (incomplete.Select(cluster.Problem).FirstOrDefault(line => line is not null) is { } problem)
                throw new ProblemException(problem);
            if (Stopwatch.GetElapsedTime(start) > WholeBound)
                throw new ProblemException($"{string.Join(", ", incomplete)} not whole after {WholeBound.TotalSeconds:0} s");
            await Task.Delay(Interval, cancellationToken);
        }
    }

    /// <summary>Waits until a damaged replica is as it should be, or refuses to be: returns why then, and null when it is whole.</summary>
    private async Task<string?> RefusalAsync(ReplicaId victim, CancellationToken cancellationToken)
    {
        using var noLonger = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var whole = WholeAsync([victim], noLonger.Token);
        var exiting = cluster.ExitAsync(victim, WholeBound, noLonger.Token);
        await Task.WhenAny(whole, exiting);
        await noLonger.CancelAsync();
        // Waiting for it may have seen first that it stopped.
        if (await cluster.ExitAsync(victim, TimeSpan.Zero, CancellationToken.None) is not { } exit)
        {
            await whole;
            return null;
        }

        await Task.WhenAll(whole, exiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return exit.Code is ExitCode.Failed or ExitCode.BadUsage
            ? Short(exit.Reason, victim)
            : throw new ProblemException($"replica {victim} with a damaged disk ended with exit code {exit.Code}: {exit.Reason}");
    }

    /// <summary>Why a replica stopped: without what the line says anyway, and without advice.</summary>
    private string Short(string reason, ReplicaId victim) =>
        reason.Replace("hotstuff: ", "", StringComparison.Ordinal)
            .Replace($"replica {victim} stopped: ", "", StringComparison.Ordinal)
            .Replace(cluster.Directory.DataDirectory(victim), "its directory", StringComparison.Ordinal)
            .Split("): ", 2)[0] + (reason.Contains("): ", StringComparison.Ordinal) ? ")" : "");
}
