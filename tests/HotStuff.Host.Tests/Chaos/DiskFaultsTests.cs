using HotStuff.Host.Chaos;
using HotStuff.Simulation;

namespace HotStuff.Host.Tests.Chaos;

public sealed class DiskFaultsTests : IDisposable
{
    private const int Length = 10_000;

    private readonly TemporaryDirectory _directory = new();

    public DiskFaultsTests()
    {
        File.WriteAllBytes(_directory.File("000099.log"), new byte[Length]);
        File.WriteAllBytes(_directory.File("000100.log"), new byte[Length]);
        File.WriteAllBytes(_directory.File("000101.log"), []);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Flips_meet_the_end_of_the_newest_log_that_has_anything_in_it()
    {
        for (var seed = 0UL; seed < 50; seed++)
        {
            File.WriteAllBytes(_directory.File("000100.log"), new byte[Length]);

            Assert.EndsWith("of 10000 bytes of 000100.log flipped", DiskFaults.Do(_directory.Path, DiskDamage.FlipLogTail, new Dice(seed)), StringComparison.Ordinal);

            var bytes = File.ReadAllBytes(_directory.File("000100.log"));
            Assert.Equal(Length, bytes.Length);
            Assert.InRange(Array.FindIndex(bytes, b => b != 0), Length - 4096, Length - 1);
        }

        Assert.All(File.ReadAllBytes(_directory.File("000099.log")), b => Assert.Equal(0, b));
    }

    [Fact]
    public void A_cut_takes_something_of_the_end_and_not_more_than_there_is()
    {
        File.WriteAllBytes(_directory.File("000100.log"), new byte[3]);

        Assert.EndsWith("cut off 000100.log", DiskFaults.Do(_directory.Path, DiskDamage.CutLogTail, new Dice(5)), StringComparison.Ordinal);

        Assert.InRange(new FileInfo(_directory.File("000100.log")).Length, 0, 2);
    }

    [Fact]
    public void The_same_dice_do_the_same_damage()
    {
        DiskFaults.Do(_directory.Path, DiskDamage.FlipLogTail, new Dice(9));
        var once = File.ReadAllBytes(_directory.File("000100.log"));
        File.WriteAllBytes(_directory.File("000100.log"), new byte[Length]);

        DiskFaults.Do(_directory.Path, DiskDamage.FlipLogTail, new Dice(9));

        Assert.Equal(once, File.ReadAllBytes(_directory.File("000100.log")));
    }

    [Fact]
    public void What_is_not_there_is_not_damaged()
    {
        Assert.Null(DiskFaults.Do(_directory.Path, DiskDamage.FlipSnapshot, new Dice(1)));
        Assert.Null(DiskFaults.Do(_directory.File("nowhere"), DiskDamage.FlipLogTail, new Dice(1)));
    }

    [Fact]
    public void Nothing_is_left_of_an_emptied_disk()
    {
        using var other = new TemporaryDirectory();
        Directory.CreateDirectory(other.File("data"));
        File.WriteAllBytes(Path.Combine(other.File("data"), "file"), [1]);

        Assert.Equal("emptied", DiskFaults.Do(other.File("data"), DiskDamage.Empty, new Dice(1)));

        Assert.False(Directory.Exists(other.File("data")));
    }
}
