using HotStuff.Consensus;

namespace HotStuff.Client;

/// <summary>The answer to a query that f+1 replicas gave alike.</summary>
/// <param name="Result">What the state machine answered.</param>
/// <param name="Height">The lowest executed height among the replicas that answered so: the answer is at least that recent, by their own
/// words.</param>
public readonly record struct QueryResult(ReadOnlyMemory<byte> Result, Height Height);
