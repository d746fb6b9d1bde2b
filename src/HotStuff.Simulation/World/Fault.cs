using System.Globalization;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>
/// One trouble of a world, independent of all others, so that any of them can be left out. Times are since the start and before the world's GST; what lasts ends there,
/// except what is said to stay.
/// </summary>
/// <param name="From">When it begins.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Chance">The seed of what it leaves to chance.</param>
public abstract record Fault(TimeSpan From, TimeSpan Until, ulong Chance)
{
    /// <summary>The name under which it is asked for, one of <see cref="FaultKinds.Names"/>.</summary>
    public abstract string Kind { get; }

    /// <summary>Messages are lost, <paramref name="PerMille"/> of 1000.</summary>
    public sealed record Loss(TimeSpan From, TimeSpan Until, ulong Chance, int PerMille) : Fault(From, Until, Chance)
    {
        /// <inheritdoc/>
        public override string Kind => FaultKinds.Loss;

        /// <inheritdoc/>
        public override string ToString() => $"{Window}: {PerMille} of 1000 messages are lost";
    }

    /// <summary>Messages arrive twice, <paramref name="PerMille"/> of 1000.</summary>
    public sealed record Duplication(TimeSpan From, TimeSpan Until, ulong Chance, int PerMille) : Fault(From, Until, Chance)
    {
        /// <inheritdoc/>
        public override string Kind => FaultKinds.Duplication;

        /// <inheritdoc/>
        public override string ToString() => $"{Window}: {PerMille} of 1000 messages arrive twice";
    }

    /// <summary>Messages overtake each other: each takes up to <paramref name="Most"/> longer, uniformly, or with a heavy tail.</summary>
    /// <param name="From">When it begins.</param>
    /// <param name="Until">When it ends.</param>
    /// <param name="Chance">The seed of what it leaves to chance.</param>
    /// <param name="Most">The longest delay when uniform; with a heavy tail half of the messages take a 64th of it or less, and each doubling is half as likely.</param>
    /// <param name="HeavyTail">Which of the two.</param>
    public sealed record Reordering(TimeSpan From, TimeSpan Until, ulong Chance, TimeSpan Most, bool HeavyTail) : Fault(From, Until, Chance)
    {
        /// <inheritdoc/>
        public override string Kind => FaultKinds.Reordering;

        /// <inheritdoc/>
        public override string ToString() => $"{Window}: messages take up to {Ms(Most)} ms longer{(HeavyTail ? ", a few of them" : "")}";
    }

    /// <summary>The replicas of <paramref name="Side"/> and the others do not hear each other; with <paramref name="OneWay"/> only the others do not hear them.</summary>
    /// <param name="From">When it begins.</param>
    /// <param name="Until">When it heals.</param>
    /// <param name="Chance">The seed of what it leaves to chance.</param>
    /// <param name="Replicas">How many there are.</param>
    /// <param name="Side">One bit for each replica; above 64 replicas the bits repeat.</param>
    /// <param name="OneWay">Whether they still hear the others.</param>
    /// <param name="Proves">Whether the links break and prove themselves again when it heals, or the messages are lost without anybody's noticing.</param>
    public sealed record Partition(TimeSpan From, TimeSpan Until, ulong Chance, int Replicas, ulong Side, bool OneWay, bool Proves) : Fault(From, Until, Chance)
    {
        /// <inheritdoc/>
        public override string Kind => FaultKinds.Partition;

        /// <summary>Whether it keeps a message from arriving.</summary>
        public bool Cuts(int from, int to) => IsOnSide(from) != IsOnSide(to) && (!OneWay || IsOnSide(from));

        /// <summary>Whether a replica belongs to the side that is cut off.</summary>
        public bool IsOnSide(int replica) => ((Side >> (replica & 63)) & 1) != 0;

        /// <inheritdoc/>
        public override string ToString() =>
            $"{Window}: {string.Join(' ', Enumerable.Range(0, Math.Min(Replicas, 64)).Where(IsOnSide).Select(i => $"r{i}"))} {(OneWay ? "not heard by" : "cut off from")} the others{(Proves ? "" : ", unnoticed")}";
    }

    /// <summary>Messages of one kind are lost on some links.</summary>
    /// <param name="From">When it begins.</param>
    /// <param name="Until">When it ends.</param>
    /// <param name="Chance">The seed of what it leaves to chance.</param>
    /// <param name="Message">Which messages.</param>
    /// <param name="Sender">Whose; everybody's where null.</param>
    /// <param name="Receiver">To whom; to everybody where null.</param>
    public sealed record Filter(TimeSpan From, TimeSpan Until, ulong Chance, MessageKind Message, int? Sender, int? Receiver) : Fault(From, Until, Chance)
    {
        /// <inheritdoc/>
        public override string Kind => FaultKinds.Filter;

        /// <summary>Whether it keeps a message from arriving.</summary>
        public bool Cuts(int from, int to, MessageKind kind) => kind == Message && (Sender ?? from) == from && (Receiver ?? to) == to;

        /// <inheritdoc/>
        public override string ToString() =>
            $"{Window}: {Message} from {(Sender is { } from ? $"r{from}" : "all")} to {(Receiver is { } to ? $"r{to}" : "all")} is lost";
    }

    /// <summary>A replica crashes at <see cref="Fault.From"/>, or between two effects after it, and starts again.</summary>
    /// <param name="From">When it begins.</param>
    /// <param name="Until">When it starts again, or so much later as it crashed later; at GST at the latest.</param>
    /// <param name="Chance">The seed of what it leaves to chance.</param>
    /// <param name="Replica">Which.</param>
    /// <param name="Effects">After how many effects, with <paramref name="LosesWrites"/> only those before which something is not flushed; 0 for at once.</param>
    /// <param name="LosesWrites">Whether the power fails, so that some of what was not flushed is lost.</param>
    /// <param name="Stays">Whether it never comes back; then it is dead by GST whatever <paramref name="Effects"/> says.</param>
    public sealed record Crash(TimeSpan From, TimeSpan Until, ulong Chance, int Replica, int Effects, bool LosesWrites, bool Stays) : Fault(From, Until, Chance)
    {
        /// <inheritdoc/>
        public override string Kind => FaultKinds.Crash;

        /// <inheritdoc/>
        public override string ToString() =>
            $"{(Stays ? $"{Ms(From)} ms" : Window)}: r{Replica} crashes{(Effects > 0 ? $" after {Effects} effects" : "")}{(LosesWrites ? ", with the power" : "")}{(Stays ? ", for good" : "")}";
    }

    /// <summary>
    /// A replica's disk is replaced by a copy made at <see cref="Fault.From"/>, or by an empty one: it crashes at <see cref="Fault.Until"/> and starts again a little later. Until it has heard what it
    /// signed it is as faulty as a Byzantine one, and counts as such.
    /// </summary>
    public sealed record Restore(TimeSpan From, TimeSpan Until, ulong Chance, int Replica, bool Empty) : Fault(From, Until, Chance)
    {
        /// <inheritdoc/>
        public override string Kind => FaultKinds.Restore;

        /// <inheritdoc/>
        public override string ToString() => Empty
            ? $"{Ms(Until)} ms: r{Replica} loses its disk"
            : $"{Ms(Until)} ms: r{Replica} gets the disk that it had at {Ms(From)} ms";
    }

    /// <summary>The power of all replicas fails at once; they start again within <paramref name="Return"/>, each on its own.</summary>
    public sealed record Blackout(TimeSpan From, TimeSpan Until, ulong Chance, TimeSpan Return, bool LosesWrites) : Fault(From, Until, Chance)
    {
        /// <inheritdoc/>
        public override string Kind => FaultKinds.Blackout;

        /// <inheritdoc/>
        public override string ToString() => $"{Ms(From)} ms: all crash{(LosesWrites ? ", with the power" : "")}, and return within {Ms(Return)} ms";
    }

    /// <summary>A replica's clock counts <paramref name="PerSecond"/> milliseconds in a second, from the start and for good.</summary>
    public sealed record Clock(ulong Chance, int Replica, int PerSecond) : Fault(TimeSpan.Zero, TimeSpan.Zero, Chance)
    {
        /// <inheritdoc/>
        public override string Kind => FaultKinds.Clock;

        /// <inheritdoc/>
        public override string ToString() => $"always: r{Replica}'s clock counts {PerSecond} ms in a second";
    }

    /// <summary>A replica is Byzantine, from the start and for good.</summary>
    public sealed record Byzantine(ulong Chance, int Replica, string Behaviour) : Fault(TimeSpan.Zero, TimeSpan.Zero, Chance)
    {
        /// <inheritdoc/>
        public override string Kind => FaultKinds.Byzantine;

        /// <inheritdoc/>
        public override string ToString() => $"always: r{Replica} is Byzantine: {Behaviour}";
    }

    /// <summary>In milliseconds, the same in every language.</summary>
    internal static string Ms(TimeSpan time) => time.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture);

    private string Window => $"{Ms(From)} to {Ms(Until)} ms";
}

/// <summary>The kinds of faults by name.</summary>
public static class FaultKinds
{
    internal const string Loss = "loss";
    internal const string Duplication = "duplication";
    internal const string Reordering = "reordering";
    internal const string Partition = "partition";
    internal const string Filter = "filter";
    internal const string Crash = "crash";
    internal const string Blackout = "blackout";
    internal const string Disk = "disk";
    internal const string Clock = "clock";
    internal const string Byzantine = "byzantine";
    internal const string Restore = "restore";

    /// <summary>All names. <c>disk</c> is no fault of its own: with it, crashes lose what was not flushed.</summary>
    public static IReadOnlyList<string> Names { get; } = [Loss, Duplication, Reordering, Partition, Filter, Crash, Blackout, Disk, Clock, Byzantine, Restore];
}

/// <summary>What can be told apart on the network.</summary>
public enum MessageKind
{
    /// <summary><see cref="Consensus.Proposal"/>.</summary>
    Proposal,

    /// <summary><see cref="Consensus.Vote"/>.</summary>
    Vote,

    /// <summary><see cref="Consensus.Complaint"/>.</summary>
    Complaint,

    /// <summary><see cref="Consensus.NextView"/>.</summary>
    NextView,

    /// <summary><see cref="Effect.PassOn"/>.</summary>
    Commands,

    /// <summary><see cref="Effect.FetchBlocks"/> and its answer.</summary>
    Fetch,

    /// <summary><see cref="Consensus.Inquiry"/>.</summary>
    Inquiry,

    /// <summary><see cref="Consensus.Recollection"/>.</summary>
    Recollection,
}
