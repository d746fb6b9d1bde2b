using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HotStuff.Bls12381.Fields;

/// <summary>
/// A sum of products of <see cref="Fp"/> that is not reduced yet, so that one reduction serves for several products.
/// </summary>
/// <remarks>Fourteen limbs of 56 bits and room up and down: limbs and the number itself may be negative. Two more limbs only fill up the vectors.</remarks>
internal partial struct FpWide
{
    internal const int VectorLimbs = 16;

    internal Limbs16 Limbs;

#if DEBUG
    private WideBound _bound;
#endif

    /// <summary>The worst case of this value; default in release builds. Set it where more is known than the operations can tell.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "uses the field in debug builds")]
    internal WideBound Bound
    {
        readonly get
        {
#if DEBUG
            return _bound;
#else
            return default;
#endif
        }

        set
        {
#if DEBUG
            _bound = value;
#endif
        }
    }

    /// <summary>r = a + b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(in FpWide a, in FpWide b, out FpWide r)
    {
        var bound = WideBound.OfSum(a.Bound, b.Bound);
        Unsafe.SkipInit(out r);
        for (var i = 0; i < VectorLimbs; i += 4)
            (Load(a, i) + Load(b, i)).StoreUnsafe(ref r.Limbs[0], (nuint)i);
        r.Bound = bound;
    }

    /// <summary>r = a - b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sub(in FpWide a, in FpWide b, out FpWide r)
    {
        var bound = WideBound.OfDifference(a.Bound, b.Bound);
        Unsafe.SkipInit(out r);
        for (var i = 0; i < VectorLimbs; i += 4)
            (Load(a, i) - Load(b, i)).StoreUnsafe(ref r.Limbs[0], (nuint)i);
        r.Bound = bound;
    }

    /// <summary>r = a - b - c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SubBoth(in FpWide a, in FpWide b, in FpWide c, out FpWide r)
    {
        var bound = WideBound.OfDifference(a.Bound, WideBound.OfSum(b.Bound, c.Bound));
        Unsafe.SkipInit(out r);
        for (var i = 0; i < VectorLimbs; i += 4)
            (Load(a, i) - Load(b, i) - Load(c, i)).StoreUnsafe(ref r.Limbs[0], (nuint)i);
        r.Bound = bound;
    }

    /// <summary>Four limbs from an index on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<long> Load(in FpWide a, int index) => Vector256.LoadUnsafe(in a.Limbs[0], (nuint)index);

    [InlineArray(VectorLimbs)]
    internal struct Limbs16
    {
        private long _element;
    }
}
