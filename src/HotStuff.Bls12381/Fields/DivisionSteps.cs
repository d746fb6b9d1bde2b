using System.Numerics;

namespace HotStuff.Bls12381.Fields;

/// <summary>
/// Inverses of public numbers modulo a prime, several times as fast as by a power: Bernstein and Yang's division steps (2019), thirty at a time on single words, whose
/// combined effect is then applied to the long numbers. How long it takes depends on the number: never for secrets.
/// </summary>
/// <remarks>Numbers are in limbs of 30 bits, the least significant first, so many that they hold twice the modulus with a sign.</remarks>
internal static class DivisionSteps
{
    private const int StepBits = 30;
    private const long StepMask = (1L << StepBits) - 1;
    private const int MaxLimbs = 13;

    /// <summary>The inverse of a number, from p to 5p, and a multiple of p for 0.</summary>
    /// <param name="modulus">p.</param>
    /// <param name="modulusInverse">1/p modulo 2^30.</param>
    /// <param name="number">Below p; is used up.</param>
    /// <param name="inverse">Becomes the inverse; as long as the others.</param>
    public static void Invert(ReadOnlySpan<long> modulus, long modulusInverse, Span<long> number, Span<long> inverse)
    {
        // f and g go to 1 or -1 and 0, with f = d a and g = e a modulo p all the while.
        var g = number;
        var d = inverse;
        Span<long> f = stackalloc long[MaxLimbs];
        Span<long> e = stackalloc long[MaxLimbs];
        f = f[..modulus.Length];
        e = e[..modulus.Length];
        modulus.CopyTo(f);
        d.Clear();
        e.Clear();
        e[0] = 1;

        var eta = -1;
        while (g.ContainsAnyExcept(0))
        {
            eta = Steps(eta, (uint)(f[0] | (f[1] << StepBits)), (uint)(g[0] | (g[1] << StepBits)), out var matrix);
            ApplyModulo(matrix, modulus, modulusInverse, d, e);
            Apply(matrix, f, g);
        }

        // The sign of f is that of d. d is from -2p to p: with three p more it is from p to 5p.
        var sign = f[^1] < 0 ? -1 : 1;
        var carry = 0L;
        for (var i = 0; i < d.Length; i++)
        {
            carry += (sign * d[i]) + (3 * modulus[i]);
            d[i] = carry & StepMask;
            carry >>= StepBits;
        }

        d[^1] += carry << StepBits;
    }

    /// <summary>Takes a number apart.</summary>
    /// <param name="source">Its limbs, and a zero.</param>
    /// <param name="limbBits">How many bits those have.</param>
    /// <param name="limbs">Become those of 30 bits.</param>
    public static void Split(ReadOnlySpan<ulong> source, int limbBits, Span<long> limbs)
    {
        for (var i = 0; i < limbs.Length; i++)
        {
            var (index, shift) = Math.DivRem(StepBits * i, limbBits);
            var bits = (source[index] >> shift) | (source[index + 1] << (limbBits - shift));
            limbs[i] = (long)bits & StepMask;
        }
    }

    /// <summary>Puts a number together.</summary>
    /// <param name="limbs">Of 30 bits, none negative.</param>
    /// <param name="limbBits">How many bits those of the result have.</param>
    /// <param name="result">Has room for all bits of <paramref name="limbs"/>.</param>
    public static void Join(ReadOnlySpan<long> limbs, int limbBits, Span<ulong> result)
    {
        result.Clear();
        for (var i = 0; i < limbs.Length; i++)
        {
            var (index, shift) = Math.DivRem(StepBits * i, limbBits);
            result[index] |= (ulong)limbs[i] << shift & ((1UL << limbBits) - 1);
            if (shift > limbBits - StepBits)
                result[index + 1] |= (ulong)limbs[i] >> (limbBits - shift);
        }
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
        for (var i = 1; i < f.Length; i++)
        {
            carryF += (m.U * f[i]) + (m.V * g[i]);
            carryG += (m.Q * f[i]) + (m.R * g[i]);
            f[i - 1] = carryF & StepMask;
            g[i - 1] = carryG & StepMask;
            carryF >>= StepBits;
            carryG >>= StepBits;
        }

        f[^1] = carryF;
        g[^1] = carryG;
    }

    /// <summary>The same modulo p, from -2p to p: multiples of p make it exact.</summary>
    private static void ApplyModulo(StepMatrix m, ReadOnlySpan<long> modulus, long modulusInverse, Span<long> d, Span<long> e)
    {
        var signD = d[^1] >> 63;
        var signE = e[^1] >> 63;
        var multipleD = (m.U & signD) + (m.V & signE);
        var multipleE = (m.Q & signD) + (m.R & signE);
        var carryD = (m.U * d[0]) + (m.V * e[0]);
        var carryE = (m.Q * d[0]) + (m.R * e[0]);
        multipleD -= ((modulusInverse * carryD) + multipleD) & StepMask;
        multipleE -= ((modulusInverse * carryE) + multipleE) & StepMask;
        carryD = (carryD + (modulus[0] * multipleD)) >> StepBits;
        carryE = (carryE + (modulus[0] * multipleE)) >> StepBits;
        for (var i = 1; i < d.Length; i++)
        {
            carryD += (m.U * d[i]) + (m.V * e[i]) + (modulus[i] * multipleD);
            carryE += (m.Q * d[i]) + (m.R * e[i]) + (modulus[i] * multipleE);
            d[i - 1] = carryD & StepMask;
            e[i - 1] = carryE & StepMask;
            carryD >>= StepBits;
            carryE >>= StepBits;
        }

        d[^1] = carryD;
        e[^1] = carryE;
    }

    private readonly record struct StepMatrix(long U, long V, long Q, long R);
}
