namespace HotStuff.Consensus;

/// <summary>Something that came from outside and nobody has checked. The protocol does not accept it.</summary>
/// <param name="Value">What it claims.</param>
public readonly record struct Unverified<T>(T Value)
    where T : class;

/// <summary>
/// Something whose signatures, certificates and bounds hold. Only HotStuff.Crypto can make one (the constructor is internal),
/// so that a handler of the protocol cannot be given unchecked input: the compiler refuses. A share of a certificate may be left to the certificate: some schemes verify only
/// what shares combine to, and answer which were bad.
/// </summary>
public sealed class Verified<T>
    where T : class
{
    internal Verified(T value) => Value = value;

    /// <summary>What was checked.</summary>
    public T Value { get; }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString() ?? typeof(T).Name;
}
