namespace HotStuff.Bls12381.Fields;

/// <summary>
/// What the group law needs of the field under a curve: <see cref="Fp"/> for G1, <see cref="Fp2"/> for G2. Results may share their place with operands. Bounds are those of
/// <see cref="Fp"/>, for both coefficients of an <see cref="Fp2"/>; there products take limbs whose bounds multiply to at most 8.
/// </summary>
internal interface IField<T>
    where T : unmanaged, IField<T>
{
    /// <summary>0.</summary>
    static abstract T Zero { get; }

    /// <summary>1.</summary>
    static abstract T One { get; }

    /// <summary>r = a * b: (4, 1) or less.</summary>
    static abstract void Mul(in T a, in T b, out T r);

    /// <summary>r = a * a: (4, 1) or less.</summary>
    static abstract void Sqr(in T a, out T r);

    /// <summary>r = a + b, without carries: the bounds add up.</summary>
    static abstract void Add(in T a, in T b, out T r);

    /// <summary>r = a + b with carried limbs.</summary>
    static abstract void AddCarried(in T a, in T b, out T r);

    /// <summary>r = a - b: (a.v + 8, 1), for a b of at most (8, any).</summary>
    static abstract void Sub(in T a, in T b, out T r);

    /// <summary>r = -a: (8, 1), for an a of at most (8, any).</summary>
    static abstract void Neg(in T a, out T r);

    /// <summary>r = factor * a: (2, 1). The factor times a.v and times a.l is at most 120.</summary>
    static abstract void Times(in T a, uint factor, out T r);

    /// <summary>r = 3b * a with the b of the curve y^2 = x^3 + b over this field: (2, 1). a at most (10, 10).</summary>
    static abstract void TimesThreeB(in T a, out T r);

    /// <summary>r = b where all bits of <paramref name="mask"/> are set, a where none is; without a branch.</summary>
    static abstract void Select(in T a, in T b, ulong mask, out T r);

    /// <summary>r = 1 / a, and 0 for 0.</summary>
    static abstract void Invert(in T a, out T r);

    /// <summary>Whether a is zero.</summary>
    static abstract bool IsZero(in T a);
}
