using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>What comes next for one operator.</summary>
public abstract record CeremonyStep
{
    private CeremonyStep()
    {
    }

    /// <summary>What to compare with the other operators, by another way than the files: equal for all, or somebody in between changed them. Null until the roster is complete.</summary>
    public string? Session { get; init; }

    /// <summary>The dealers whose polynomials do not count, as far as is known, and why.</summary>
    public ImmutableArray<Disqualification> Disqualified { get; init; } = [];

    /// <summary>Note the message as published (<see cref="CeremonyState.With"/>), save the state, publish the message, and go on.</summary>
    public sealed record Publish(CeremonyMessage Message) : CeremonyStep;

    /// <summary>Messages of others are missing.</summary>
    /// <param name="Round">Of which round.</param>
    /// <param name="For">Whose.</param>
    public sealed record Wait(CeremonyRound Round, ImmutableArray<ReplicaId> For) : CeremonyStep;

    /// <summary>There will be no keys, unless operators agree to leave somebody out.</summary>
    /// <param name="Reason">One line.</param>
    public sealed record Fail(string Reason) : CeremonyStep;

    /// <summary>The keys are made, and a quorum has the same.</summary>
    /// <param name="Genesis">The same for everybody, byte for byte.</param>
    /// <param name="Keys">This replica's.</param>
    public sealed record Finish(Genesis Genesis, ReplicaKeys Keys) : CeremonyStep;
}

/// <summary>A dealer whose polynomial does not count.</summary>
/// <param name="Dealer">Who.</param>
/// <param name="Reason">Why, in a few words.</param>
public readonly record struct Disqualification(ReplicaId Dealer, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Dealer}: {Reason}";
}
