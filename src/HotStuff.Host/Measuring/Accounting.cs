namespace HotStuff.Host.Measuring;

/// <summary>How the commands that clients sent compare with what the replicas say they executed.</summary>
/// <param name="Lost">Acknowledged, but not executed.</param>
/// <param name="Duplicated">Executed more often than sent.</param>
internal readonly record struct Accounting(long Lost, long Duplicated)
{
    /// <summary>Compares counts.</summary>
    /// <param name="submitted">Distinct commands sent.</param>
    /// <param name="committed">Those that were acknowledged.</param>
    /// <param name="executed">What a replica that was there all the time executed meanwhile.</param>
    public static Accounting Of(long submitted, long committed, long executed) =>
        new(Math.Max(0, committed - executed), Math.Max(0, executed - submitted));
}
