namespace HotStuff.Crypto;

/// <summary>The rounds of a key generation without a dealer. In each a replica's operator publishes at most one message, after it has seen those of the round before.</summary>
public enum CeremonyRound
{
    /// <summary>Everybody publishes its identity key, its encryption key, its address and the terms of the chain. All together they are the session.</summary>
    Roster,

    /// <summary>Everybody as a dealer commits, by a hash, to its polynomial: nobody can choose its own after having seen another's.</summary>
    Commit,

    /// <summary>Every dealer publishes its Feldman commitments, a proof that it knows its secret, and everybody's share, encrypted.</summary>
    Deal,

    /// <summary>Everybody complains about the dealers whose shares for it are not on their polynomials.</summary>
    Complain,

    /// <summary>Dealers about whom somebody complained publish the disputed shares.</summary>
    Justify,

    /// <summary>Everybody signs, with its share of the new key, the genesis that it computed.</summary>
    Confirm,
}
