using HotStuff.Consensus;

namespace HotStuff.Storage;

/// <summary>Evidence in memory, within the bounds of <see cref="IEvidenceStore"/>. Thread-safe.</summary>
internal sealed class EvidenceList
{
    private readonly Lock _gate = new();
    private readonly List<Evidence> _all = [];

    public IReadOnlyList<Evidence> All
    {
        get
        {
            lock (_gate)
                return [.. _all];
        }
    }

    /// <summary>Keeps a piece; its number, from 0, or null when it is not kept.</summary>
    public int? Add(Evidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        lock (_gate)
        {
            var same = _all.Where(one => one.Culprit == evidence.Culprit).ToList();
            if (same.Count >= IEvidenceStore.MaxPerReplica || same.Exists(one => one.View == evidence.View && one.GetType() == evidence.GetType()))
                return null;
            _all.Add(evidence);
            return _all.Count - 1;
        }
    }
}
