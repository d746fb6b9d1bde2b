namespace HotStuff.Simulation;

/// <summary>What happened in a world, or in many: so that nobody takes a world in which nothing happens for a safe one.</summary>
public sealed class WorldCounters
{
    /// <summary>Events that replicas handled.</summary>
    public long Steps { get; set; }

    /// <summary>Blocks committed: the length of the chain.</summary>
    public long Commits { get; set; }

    /// <summary>Different commands in them.</summary>
    public long Commands { get; set; }

    /// <summary>The highest view that an honest replica entered.</summary>
    public long Views { get; set; }

    /// <summary>Views that ended in a timeout certificate, as the replica that saw most of them counts.</summary>
    public long ViewChanges { get; set; }

    /// <summary>Messages lost.</summary>
    public long Lost { get; set; }

    /// <summary>Messages that met a partition.</summary>
    public long CutOff { get; set; }

    /// <summary>Messages that a filter took.</summary>
    public long Filtered { get; set; }

    /// <summary>Messages that arrived twice.</summary>
    public long Duplicated { get; set; }

    /// <summary>Messages that arrived after one that the same sender sent later to the same receiver.</summary>
    public long Overtaken { get; set; }

    /// <summary>Crashes of replicas.</summary>
    public long Crashes { get; set; }

    /// <summary>Of these, those between the effects of one event.</summary>
    public long CrashesBetweenEffects { get; set; }

    /// <summary>Times at which no replica ran.</summary>
    public long AllDown { get; set; }

    /// <summary>Writes that were lost in crashes.</summary>
    public long LostWrites { get; set; }

    /// <summary>Disks that were replaced by older ones.</summary>
    public long Restored { get; set; }

    /// <summary>Deeds of Byzantine replicas that the protocol did not want.</summary>
    public long ByzantineActs { get; set; }

    /// <summary>Commands that were sent once more by a client that got no answer.</summary>
    public long Resends { get; set; }

    /// <summary>Commands that clients know to be executed.</summary>
    public long Acknowledged { get; set; }

    /// <summary>How long after GST it took until all honest replicas were within one view: the longest of all worlds.</summary>
    public TimeSpan LongestSync { get; set; }

    /// <summary>How many views after a command was given, or after GST, it took until all honest replicas had executed it: the most of all worlds.</summary>
    public long MostViewsToExecute { get; set; }

    /// <summary>Adds what happened elsewhere.</summary>
    public void Add(WorldCounters other)
    {
        Steps += other.Steps;
        Commits += other.Commits;
        Commands += other.Commands;
        Views += other.Views;
        ViewChanges += other.ViewChanges;
        Lost += other.Lost;
        CutOff += other.CutOff;
        Filtered += other.Filtered;
        Duplicated += other.Duplicated;
        Overtaken += other.Overtaken;
        Crashes += other.Crashes;
        CrashesBetweenEffects += other.CrashesBetweenEffects;
        AllDown += other.AllDown;
        LostWrites += other.LostWrites;
        Restored += other.Restored;
        ByzantineActs += other.ByzantineActs;
        Resends += other.Resends;
        Acknowledged += other.Acknowledged;
        LongestSync = LongestSync > other.LongestSync ? LongestSync : other.LongestSync;
        MostViewsToExecute = Math.Max(MostViewsToExecute, other.MostViewsToExecute);
    }

    /// <summary>Each figure with its name, in a fixed order.</summary>
    public IReadOnlyList<(string Name, long Value)> Figures() =>
    [
        ("steps", Steps), ("commits", Commits), ("commands", Commands), ("views", Views), ("view changes", ViewChanges), ("lost", Lost), ("cut off", CutOff),
        ("filtered", Filtered), ("duplicated", Duplicated), ("overtaken", Overtaken), ("crashes", Crashes), ("crashes between effects", CrashesBetweenEffects),
        ("all down", AllDown), ("lost writes", LostWrites), ("restored", Restored), ("Byzantine acts", ByzantineActs), ("resends", Resends), ("acknowledged", Acknowledged),
    ];
}
