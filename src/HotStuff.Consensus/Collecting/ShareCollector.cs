using System.Collections.Immutable;

namespace HotStuff.Consensus;

/// <summary>What came of adding a share.</summary>
public enum Collected
{
    /// <summary>Counted; no quorum yet, or one is being combined already.</summary>
    Counted,

    /// <summary>Counted, and a quorum is there now: combine it.</summary>
    Quorum,

    /// <summary>This signer's share for this statement was counted before.</summary>
    Duplicate,

    /// <summary>This signer said something else about the same step before.</summary>
    Equivocation,

    /// <summary>Older than what is kept of this signer.</summary>
    TooOld,
}

/// <summary>
/// Collects shares of certificates by statement, each signer counted once. What is kept is bounded by signer: the statements about its latest
/// <paramref name="stepsPerSigner"/> steps, so that a Byzantine replica can only push out its own.
/// </summary>
/// <typeparam name="TStatement">What is signed; one signer may say one thing about a step.</typeparam>
/// <param name="quorum">How many distinct signers make a certificate.</param>
/// <param name="stepsPerSigner">How many steps are kept of each signer.</param>
/// <param name="stepOf">The step that a statement is about.</param>
public sealed class ShareCollector<TStatement>(int quorum, int stepsPerSigner, Func<TStatement, Step> stepOf)
    where TStatement : struct, IEquatable<TStatement>
{
    private readonly Dictionary<ReplicaId, SortedList<Step, TStatement>> _bySigner = [];
    private readonly Dictionary<TStatement, Pending> _byStatement = [];

    /// <summary>How many shares are kept in all.</summary>
    public int Count => _bySigner.Values.Sum(statements => statements.Count);

    /// <summary>Counts a verified share.</summary>
    public Collected Add(TStatement statement, SignatureShare share)
    {
        var step = stepOf(statement);
        if (!_bySigner.TryGetValue(share.Signer, out var said))
            _bySigner.Add(share.Signer, said = []);
        if (said.TryGetValue(step, out var before))
            return before.Equals(statement) ? Collected.Duplicate : Collected.Equivocation;
        if (said.Count == stepsPerSigner)
        {
            if (step < said.Keys[0])
                return Collected.TooOld;
            Forget(share.Signer, said.Values[0]);
            said.RemoveAt(0);
        }

        said.Add(step, statement);
        if (!_byStatement.TryGetValue(statement, out var pending))
            _byStatement.Add(statement, pending = new Pending());
        pending.Shares.Add(share.Signer, share);
        return TakeQuorum(pending);
    }

    /// <summary>What a signer said about a step, with its share; null when that is nothing, or not kept any more.</summary>
    public (TStatement Statement, SignatureShare Share)? Find(ReplicaId signer, Step step) =>
        _bySigner.TryGetValue(signer, out var said) && said.TryGetValue(step, out var statement)
        && _byStatement.TryGetValue(statement, out var pending) && pending.Shares.TryGetValue(signer, out var share)
            ? (statement, share)
            : null;

    /// <summary>How many distinct signers said this.</summary>
    public int CountOf(TStatement statement) => _byStatement.TryGetValue(statement, out var pending) ? pending.Shares.Count : 0;

    /// <summary>The shares for a statement, by signer.</summary>
    public ImmutableArray<SignatureShare> SharesOf(TStatement statement) =>
        _byStatement.TryGetValue(statement, out var pending) ? [.. pending.Shares.Values] : [];

    /// <summary>
    /// Forgets shares that turned out bad, after which others can make the quorum. <see cref="Collected.Quorum"/> when the rest are one already.
    /// </summary>
    public Collected Refuse(TStatement statement, IEnumerable<ReplicaId> signers)
    {
        if (!_byStatement.TryGetValue(statement, out var pending))
            return Collected.TooOld;
        foreach (var signer in signers)
            pending.Shares.Remove(signer);
        pending.Combining = false;
        return TakeQuorum(pending);
    }

    /// <summary>Forgets everything about steps before <paramref name="step"/>.</summary>
    public void Prune(Step step)
    {
        foreach (var said in _bySigner.Values)
        {
            while (said.Count > 0 && said.Keys[0] < step)
                said.RemoveAt(0);
        }

        foreach (var statement in _byStatement.Keys.Where(statement => stepOf(statement) < step).ToList())
            _byStatement.Remove(statement);
    }

    private Collected TakeQuorum(Pending pending)
    {
        if (pending.Combining || pending.Shares.Count < quorum)
            return Collected.Counted;
        pending.Combining = true;
        return Collected.Quorum;
    }

    private void Forget(ReplicaId signer, TStatement statement)
    {
        if (!_byStatement.TryGetValue(statement, out var pending))
            return;
        pending.Shares.Remove(signer);
        if (pending.Shares.Count == 0)
            _byStatement.Remove(statement);
    }

    private sealed class Pending
    {
        public SortedDictionary<ReplicaId, SignatureShare> Shares { get; } = [];

        public bool Combining { get; set; }
    }
}
