using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Hashing;

/// <summary>What <see cref="SwuMap{T}"/> needs of a field besides.</summary>
internal interface IMapField<T> : IField<T>
    where T : unmanaged, IMapField<T>
{
    /// <summary>The sign of RFC 9380, sgn0.</summary>
    static abstract bool IsOdd(in T a);

    /// <summary>r = sqrt(u / v), and true; or, when u / v is no square, r = sqrt(z u / v), and false. v is not zero, z no square.</summary>
    static abstract bool TryRootOfRatio(in T u, in T v, in T z, out T r);
}
