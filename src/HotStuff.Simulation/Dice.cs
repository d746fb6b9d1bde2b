using System.Numerics;

namespace HotStuff.Simulation;

/// <summary>
/// The only source of chance in the simulator: xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018), seeded by SplitMix64.
/// Whole numbers only, so that a seed gives the same row on every machine and runtime.
/// </summary>
public sealed class Dice
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <summary>The row of this seed; any seed is as good as another.</summary>
    public Dice(ulong seed)
    {
        _a = SplitMix(ref seed);
        _b = SplitMix(ref seed);
        _c = SplitMix(ref seed);
        _d = SplitMix(ref seed);
    }

    /// <summary>64 bits.</summary>
    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A row of its own, which later throws of this one do not change.</summary>
    public Dice Fork() => new(Next());

    /// <summary>0 to <paramref name="bound"/> - 1; the bound is 1 or more.</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary><paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    /// <summary><paramref name="low"/> to <paramref name="high"/>, both included, in whole microseconds, less than an hour apart.</summary>
    public TimeSpan Between(TimeSpan low, TimeSpan high) =>
        low + new TimeSpan(Below((int)((high - low).Ticks / TimeSpan.TicksPerMicrosecond) + 1) * TimeSpan.TicksPerMicrosecond);

    /// <summary>True in <paramref name="perMille"/> of 1000 cases.</summary>
    public bool Chance(int perMille) => Below(1000) < perMille;

    /// <summary>One of them.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>Some of 0 to <paramref name="count"/> - 1, in any order.</summary>
    public IReadOnlyList<int> Some(int howMany, int count)
    {
        var all = new int[count];
        for (var i = 0; i < count; i++)
            all[i] = i;
        for (var i = 0; i < howMany; i++)
        {
            var other = Between(i, count - 1);
            (all[i], all[other]) = (all[other], all[i]);
        }

        return all[..howMany];
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        return Mix(state);
    }

    /// <summary>The finalizer of SplitMix64: every bit of the result depends on every bit of <paramref name="value"/>.</summary>
    internal static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
