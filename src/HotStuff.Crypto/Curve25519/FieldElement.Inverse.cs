using System.Numerics;

namespace HotStuff.Crypto;

/// <summary>
/// Inverses, twice as fast as by a power: Bernstein and Yang's division steps (2019), thirty at a time on single words, whose combined effect is then applied to the long numbers.
/// </summary>
internal readonly partial struct FieldElement
{
    private const int StepBits = 30;
    private const long StepMask = (1L << StepBits) - 1;

    // 9 * 30 bits hold twice p with a sign; p is 2^15 * 2^(8 * 30) - 19.
    private const int StepLimbs = 9;
    private const int TopStepBits = 15;

    // 1/p modulo 2^30.
    private const long StepInverse = 0x179435e5;

    /// <summary>1 / a, and 0 for 0.</summary>
    public static void Invert(in FieldElement a, out FieldElement r)
    {
        // f and g go to 1 or -1 and 0, with f = d a and g = e a modulo p all the while.
        Span<long> f = [StepMask - 18, StepMask, StepMask, StepMask, StepMask, StepMask, StepMask, StepMask, (1L << TopStepBits) - 1];
        Span<long> g = stackalloc long[StepLimbs];
        Span<long> d = [0, 0, 0, 0, 0, 0, 0, 0, 0];
        Span<long> e = [1, 0, 0, 0, 0, 0, 0, 0, 0];
        ToStepLimbs(a, g);
        var eta = -1;
        while (g.ContainsAnyExcept(0))
        {
            eta = Steps(eta, (uint)(f[0] | (f[1] << StepBits)), (uint)(g[0] | (g[1] << StepBits)), out var matrix);
            ApplyModulo(matrix, d, e);
            Apply(matrix, f, g);
        }

        FromStepLimbs(d, isNegative: f[^1] < 0, out r);
    }

    /// <summary>Thirty division steps on the low words, and what they did as a matrix.</summary>
    private static int Steps(int eta, uint f, uint g, out StepMatrix matrix)
    {
        uint u = 1, v = 0, q = 0, r = 1;
        var left = StepBits;
        while (true)
        {
            // As many halvings of g as there are zeros below.
            var zeros = BitOperations.TrailingZeroCount(g | (uint.MaxValue << left));
            g >>= zeros;
            u <<= zeros;
            v <<= zeros;
            eta -= zeros;
            left -= zeros;
            if (left == 0)
                break;

            if (eta < 0)
            {
                eta = -eta;
                (f, g) = (g, 0 - f);
                (u, q) = (q, 0 - u);
                (v, r) = (r, 0 - v);
            }

            // A multiple of f that clears as many low bits of g as steps may follow, up to six: g / -f modulo a power of 2.
            var limit = Math.Min(Math.Min(eta + 1, left), 6);
            var multiple = f * g * ((f * f) - 2) & ((1u << limit) - 1);
            g += f * multiple;
            q += u * multiple;
            r += v * multiple;
        }

        matrix = new StepMatrix((int)u, (int)v, (int)q, (int)r);
        return eta;
    }

    /// <summary>(f, g) = (u f + v g, q f + r g) / 2^30, which is exact.</summary>
    private static void Apply(StepMatrix m, Span<long> f, Span<long> g)
    {
        var carryF = ((m.U * f[0]) + (m.V * g[0])) >> StepBits;
        var carryG = ((m.Q * f[0]) + (m.R * g[0])) >> StepBits;
        Shift(m, f, g, carryF, carryG, 0, 0);
    }

    /// <summary>The same modulo p, from -2p to p: multiples of p make it exact.</summary>
    private static void ApplyModulo(StepMatrix m, Span<long> d, Span<long> e)
    {
        var signD = d[StepLimbs - 1] >> 63;
        var signE = e[StepLimbs - 1] >> 63;
        var multipleD = (m.U & signD) + (m.V & signE);
        var multipleE = (m.Q & signD) + (m.R & signE);
        var carryD = (m.U * d[0]) + (m.V * e[0]);
        var carryE = (m.Q * d[0]) + (m.R * e[0]);
        multipleD -= ((StepInverse * carryD) + multipleD) & StepMask;
        multipleE -= ((StepInverse * carryE) + multipleE) & StepMask;
        carryD = (carryD - (19 * multipleD)) >> StepBits;
        carryE = (carryE - (19 * multipleE)) >> StepBits;
        Shift(m, d, e, carryD, carryE, multipleD << TopStepBits, multipleE << TopStepBits);
    }

    /// <summary>The limbs above the lowest, one place down; the last two numbers are added to the highest.</summary>
    private static void Shift(StepMatrix m, Span<long> a, Span<long> b, long carryA, long carryB, long topA, long topB)
    {
        for (var i = 1; i < StepLimbs; i++)
        {
            carryA += (m.U * a[i]) + (m.V * b[i]);
            carryB += (m.Q * a[i]) + (m.R * b[i]);
            if (i == StepLimbs - 1)
            {
                carryA += topA;
                carryB += topB;
            }

            a[i - 1] = carryA & StepMask;
            b[i - 1] = carryB & StepMask;
            carryA >>= StepBits;
            carryB >>= StepBits;
        }

        a[StepLimbs - 1] = carryA;
        b[StepLimbs - 1] = carryB;
    }

    private static void ToStepLimbs(in FieldElement a, Span<long> limbs)
    {
        Normalize(a, out var r);
        ReadOnlySpan<ulong> source = [r.L0, r.L1, r.L2, r.L3, r.L4, 0];
        for (var i = 0; i < limbs.Length; i++)
        {
            var (index, shift) = Math.DivRem(StepBits * i, LimbBits);
            var bits = (source[index] >> shift) | (source[index + 1] << (LimbBits - shift));
            limbs[i] = (long)bits & StepMask;
        }
    }

    /// <summary>A number from -2p to p, or its negative.</summary>
    private static void FromStepLimbs(ReadOnlySpan<long> limbs, bool isNegative, out FieldElement r)
    {
        // With 2p more it is positive, below 4p.
        Span<ulong> result = [0, 0, 0, 0, 0, 0];
        var carry = -38L;
        for (var i = 0; i < StepLimbs; i++)
        {
            carry += isNegative ? -limbs[i] : limbs[i];
            if (i == StepLimbs - 1)
                carry += 2L << TopStepBits;
            var (index, shift) = Math.DivRem(StepBits * i, LimbBits);
            var bits = (ulong)(carry & StepMask);
            result[index] |= bits << shift & Mask;
            if (shift > LimbBits - StepBits)
                result[index + 1] |= bits >> (LimbBits - shift);
            carry >>= StepBits;
        }

        // What lies above 2^255.
        Carry(result[0] + (19 * result[5]), result[1], result[2], result[3], result[4], out r);
    }

    private readonly record struct StepMatrix(long U, long V, long Q, long R);
}
