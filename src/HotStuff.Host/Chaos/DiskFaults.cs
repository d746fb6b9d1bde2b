using System.Globalization;
using HotStuff.Simulation;

namespace HotStuff.Host.Chaos;

/// <summary>Damages the files of a replica that does not run.</summary>
internal static class DiskFaults
{
    // About as much as a device may lose that said it had written it.
    private const int Tail = 4096;
    private const int MostFlips = 8;

    /// <summary>Does it.</summary>
    /// <param name="directory">The replica's data directory.</param>
    /// <param name="damage">What to do.</param>
    /// <param name="dice">Decides which bytes.</param>
    /// <returns>What was done, in a few words; null when there is nothing to do it to.</returns>
    public static string? Do(string directory, DiskDamage damage, Dice dice)
    {
        switch (damage)
        {
            case DiskDamage.FlipLogTail:
                return Newest(directory, "*.log") is { } log ? Flip(log, dice, Tail) : null;
            case DiskDamage.CutLogTail:
                return Newest(directory, "*.log") is { } cut ? Cut(cut, dice) : null;
            case DiskDamage.FlipSnapshot:
                return Newest(Path.Combine(directory, "snapshots"), "*") is { } snapshot ? Flip(snapshot, dice, int.MaxValue) : null;
            default:
                Directory.Delete(directory, recursive: true);
                return "emptied";
        }
    }

    /// <summary>The file with the highest number for its name that has anything in it.</summary>
    private static FileInfo? Newest(string directory, string pattern) => !Directory.Exists(directory)
        ? null
        : new DirectoryInfo(directory).GetFiles(pattern, SearchOption.AllDirectories)
            .Where(file => file.Length > 0)
            .OrderBy(file => file.Name.Length).ThenBy(file => file.Name, StringComparer.Ordinal)
            .LastOrDefault();

    private static string Flip(FileInfo file, Dice dice, int tail)
    {
        using var stream = file.Open(FileMode.Open, FileAccess.ReadWrite);
        var range = (int)Math.Min(Math.Min(stream.Length, tail), int.MaxValue - 1);
        var flips = dice.Between(1, MostFlips);
        for (var i = 0; i < flips; i++)
        {
            stream.Position = stream.Length - 1 - dice.Below(range);
            var old = stream.ReadByte();
            stream.Position--;
            stream.WriteByte((byte)(old ^ dice.Between(1, byte.MaxValue)));
        }

        return string.Create(CultureInfo.InvariantCulture, $"{flips} of {stream.Length} bytes of {file.Name} flipped");
    }

    private static string Cut(FileInfo file, Dice dice)
    {
        using var stream = file.Open(FileMode.Open, FileAccess.ReadWrite);
        var less = 1 + dice.Below((int)Math.Min(stream.Length, Tail));
        stream.SetLength(stream.Length - less);
        return string.Create(CultureInfo.InvariantCulture, $"{less} bytes cut off {file.Name}");
    }
}
