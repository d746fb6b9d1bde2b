using System.Numerics;

namespace HotStuff.Bls12381.Fields;

/// <summary>
/// The inverse of a public number, several times as fast as by a power: Bernstein and Yang's division steps (2019), thirty at a time on single words, whose
/// combined effect is then applied to the long numbers.
/// </summary>
internal readonly partial struct Fp
{
    private const int StepBits = 30;
    private const long StepMask = (1L << StepBits) - 1;

    // 13 * 30 bits hold twice p with a sign.
    private const int StepLimbs = 13;

    // 1/p modulo 2^30.
    private const long StepInverse = (long)((1UL << LimbBits) - Inverse) & StepMask;

    // p.
    private static ReadOnlySpan<long> Modulus =>
    [
        0x3fffaaab, 0x27fbffff, 0x153ffffb, 0x2affffac, 0x30f6241e, 0x34a83da, 0x112bf673, 0x12e13ce1,
        0x2cd76477, 0x1ed90d2e, 0x29a4b1ba, 0x3a8e5ff9, 0x1a0111,
    ];

    /// <summary>1 / a, and 0 for 0. How long it takes depends on a: never for secrets.</summary>
    public static void InvertPublic(in Fp a, out Fp r)
    {
        // f and g go to 1 or -1 and 0, with f = d a and g = e a modulo p all the while.
        Span<long> f = stackalloc long[StepLimbs];
        Span<long> g = stackalloc long[StepLimbs];
        Span<long> d = stackalloc long[StepLimbs];
        Span<long> e = stackalloc long[StepLimbs];
        Times(a, 1, out var reduced);
        SubtractPOnce(reduced, out reduced);
        Modulus.CopyTo(f);
        ToStepLimbs(reduced, g);
        d.Clear();
        e.Clear();
        e[0] = 1;

        var eta = -1;
        while (g.ContainsAnyExcept(0))
        {
            eta = Steps(eta, (uint)(f[0] | (f[1] << StepBits)), (uint)(g[0] | (g[1] << StepBits)), out var matrix);
            ApplyModulo(matrix, d, e);
            Apply(matrix, f, g);
        }

        // The sign of f is that of d. d is from -2p to p: with three p more it is from p to 5p.
        var sign = f[^1] < 0 ? -1 : 1;
        var carry = 0L;
        for (var i = 0; i < StepLimbs; i++)
        {
            carry += (sign * d[i]) + (3 * Modulus[i]);
            d[i] = carry & StepMask;
            carry >>= StepBits;
        }

        // d = 1 / (a R): two powers of R more than what is wanted are missing.
        d[^1] += carry << StepBits;
        Mul(FromStepLimbs(d), FpConstants.RCubed, out r);
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
        for (var i = 1; i < StepLimbs; i++)
        {
            carryF += (m.U * f[i]) + (m.V * g[i]);
            carryG += (m.Q * f[i]) + (m.R * g[i]);
            f[i - 1] = carryF & StepMask;
            g[i - 1] = carryG & StepMask;
            carryF >>= StepBits;
            carryG >>= StepBits;
        }

        f[StepLimbs - 1] = carryF;
        g[StepLimbs - 1] = carryG;
    }

    /// <summary>The same modulo p, from -2p to p: multiples of p make it exact.</summary>
    private static void ApplyModulo(StepMatrix m, Span<long> d, Span<long> e)
    {
        ReadOnlySpan<long> modulus = Modulus;
        var signD = d[StepLimbs - 1] >> 63;
        var signE = e[StepLimbs - 1] >> 63;
        var multipleD = (m.U & signD) + (m.V & signE);
        var multipleE = (m.Q & signD) + (m.R & signE);
        var carryD = (m.U * d[0]) + (m.V * e[0]);
        var carryE = (m.Q * d[0]) + (m.R * e[0]);
        multipleD -= ((StepInverse * carryD) + multipleD) & StepMask;
        multipleE -= ((StepInverse * carryE) + multipleE) & StepMask;
        carryD = (carryD + (modulus[0] * multipleD)) >> StepBits;
        carryE = (carryE + (modulus[0] * multipleE)) >> StepBits;
        for (var i = 1; i < StepLimbs; i++)
        {
            carryD += (m.U * d[i]) + (m.V * e[i]) + (modulus[i] * multipleD);
            carryE += (m.Q * d[i]) + (m.R * e[i]) + (modulus[i] * multipleE);
            d[i - 1] = carryD & StepMask;
            e[i - 1] = carryE & StepMask;
            carryD >>= StepBits;
            carryE >>= StepBits;
        }

        d[StepLimbs - 1] = carryD;
        e[StepLimbs - 1] = carryE;
    }

    private static void ToStepLimbs(in Fp a, Span<long> limbs)
    {
        ReadOnlySpan<ulong> source = [a.L0, a.L1, a.L2, a.L3, a.L4, a.L5, a.L6, 0];
        for (var i = 0; i < limbs.Length; i++)
        {
            var (index, shift) = Math.DivRem(StepBits * i, LimbBits);
            var bits = (source[index] >> shift) | (source[index + 1] << (LimbBits - shift));
            limbs[i] = (long)bits & StepMask;
        }
    }

    private static Fp FromStepLimbs(ReadOnlySpan<long> limbs)
    {
        Span<ulong> result = stackalloc ulong[8];
        result.Clear();
        for (var i = 0; i < limbs.Length; i++)
        {
            var (index, shift) = Math.DivRem(StepBits * i, LimbBits);
            result[index] |= (ulong)limbs[i] << shift & Mask;
            if (shift > LimbBits - StepBits)
                result[index + 1] |= (ulong)limbs[i] >> (LimbBits - shift);
        }

        return new Fp(result[0], result[1], result[2], result[3], result[4], result[5], result[6], new FpBound(5, 1));
    }

    private readonly record struct StepMatrix(long U, long V, long Q, long R);
}
