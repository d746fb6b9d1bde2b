using Google.Protobuf;
using HotStuff.Client.Wire;
using HotStuff.Consensus;

namespace HotStuff.Client.Sessions;

/// <summary>The connections to all replicas, and which one is next.</summary>
internal sealed class Links
{
    private readonly ReplicaLink[] _all;
    private readonly ClientOptions _options;
    private readonly HashSet<ReplicaId> _suggestedBy = [];
    private uint _suggested;
    private int _last;

    public Links(ClientOptions options, ClientId client, ILinkHandler handler)
    {
        _options = options;
        _all = options.Genesis.Validators
            .Select(validator => new ReplicaLink(validator, options.Genesis, client, options.TimeProvider, handler))
            .ToArray();

        // Clients that start together do not all begin at the same replica.
        _last = options.Gateways == GatewayChoice.Sticky ? options.PreferredGateway : (int)(client.Value % (UInt128)_all.Length);
    }

    /// <summary>All of them, by replica.</summary>
    public IReadOnlyList<ReplicaLink> All => _all;

    /// <summary>How many are connected.</summary>
    public int Up => _all.Count(link => link.IsUp);

    /// <summary>Why those that are not connected are not, in one line.</summary>
    public string Problems => string.Join("; ", _all.Where(link => !link.IsUp).Select(link => $"{link.Replica} at {link.Address}: {link.Problem}"));

    /// <summary>
    /// Takes what a replica says about who proposes next. Nothing goes there for that reason before the last f+1 have said the same: one that lies does not draw all
    /// commands to itself. Not for several threads at a time, and not while sending.
    /// </summary>
    public void Suggest(ReplicaId from, uint proposer)
    {
        if (proposer != _suggested)
            _suggestedBy.Clear();
        _suggested = proposer;
        _suggestedBy.Add(from);
    }

    /// <summary>
    /// Sends to as many connected replicas as asked for, beginning with the next one, or, for a segment that is alone (<paramref name="toProposer"/>), the one that
    /// proposes next, where that is known; <paramref name="avoid"/> comes last. Returns how many took it, and the last of them. Not for several threads at a time.
    /// </summary>
    public (int Sent, ReplicaId Last) Send(FrameType type, IMessage message, int copies, ReplicaId? avoid, bool toProposer)
    {
        var sent = 0;
        var isKnown = _suggestedBy.Count >= _options.Genesis.Committee.OneHonest && _suggested < _all.Length;
        var next = toProposer && isKnown ? (int)_suggested : _last + 1;
        var first = _options.Gateways == GatewayChoice.Sticky && avoid is null ? _last : next;
        var last = new ReplicaId(-1);
        for (var i = 0; i < _all.Length && sent < copies; i++)
        {
            var link = _all[(first + i) % _all.Length];
            if (link.Replica == avoid || !link.TrySend(type, message))
                continue;
            sent++;
            last = link.Replica;
        }

        if (sent < copies && avoid is { } avoided && _all[avoided.Index].TrySend(type, message))
        {
            sent++;
            last = avoided;
        }

        if (sent > 0 && copies == 1)
            _last = last.Index;
        return (sent, last);
    }
}
