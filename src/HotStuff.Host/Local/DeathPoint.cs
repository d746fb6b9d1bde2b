using System.Globalization;

namespace HotStuff.Host.Local;

/// <summary>A moment at which a replica writes to its disk.</summary>
internal enum PersistencePoint
{
    BeforePersist,
    AfterPersist,
    BeforeCommit,
    AfterCommit,
    BeforePut,
}

/// <summary>When a replica is to die.</summary>
/// <param name="Point">At which of its writes.</param>
/// <param name="Number">At the how many-th of them, counted from its start, 1 and up.</param>
internal sealed record DeathPoint(PersistencePoint Point, int Number)
{
    /// <summary>The names of the points, as they are written.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<PersistencePoint>().Select(NameOf)];

    /// <summary>Reads what <see cref="ToString"/> writes; null when it is something else.</summary>
    public static DeathPoint? TryParse(string text)
    {
        var parts = text.Split(':');
        var point = Names.ToList().IndexOf(parts[0]);
        return parts.Length == 2 && point >= 0 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? new DeathPoint((PersistencePoint)point, number)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{NameOf(Point)}:{Number}");

    private static string NameOf(PersistencePoint point) => point switch
    {
        PersistencePoint.BeforePersist => "before-persist",
        PersistencePoint.AfterPersist => "after-persist",
        PersistencePoint.BeforeCommit => "before-commit",
        PersistencePoint.AfterCommit => "after-commit",
        _ => "before-put",
    };
}
