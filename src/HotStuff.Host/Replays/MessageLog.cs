using System.Text.Json;
using HotStuff.Consensus;
using HotStuff.Simulation;

namespace HotStuff.Host.Replays;

/// <summary>Writes down which messages are sent in a simulated cluster, and when each arrives, if it does.</summary>
internal sealed class MessageLog
{
    private readonly SimulatedCluster _cluster;
    private readonly MessageLabels _labels;
    private readonly List<ReplayMessage> _messages = [];
    private readonly Dictionary<object, List<int>> _byMessage = new(ReferenceEqualityComparer.Instance);

    /// <summary>Logs the messages of <paramref name="cluster"/> from now on.</summary>
    public MessageLog(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _labels = new MessageLabels(cluster.Rules);
        cluster.Watch += Send;
        cluster.Arrived += Hear;
    }

    /// <summary>All messages, in the order in which they were sent.</summary>
    public IReadOnlyList<ReplayMessage> All => [.. _messages.OrderBy(message => message.At)];

    private void Send(Envelope envelope)
    {
        if (!_byMessage.TryGetValue(envelope.Message, out var places))
            _byMessage.Add(envelope.Message, places = []);
        places.Add(_messages.Count);
        _messages.Add(Describe(envelope, _cluster.Now.TotalMilliseconds, null));
    }

    private void Hear(Envelope envelope, TimeSpan sent)
    {
        var now = _cluster.Now.TotalMilliseconds;
        if (!_byMessage.TryGetValue(envelope.Message, out var places))
            return;
        foreach (var place in places)
        {
            if (_messages[place] is { Heard: null } message && message.From == envelope.FromNode && message.To == envelope.ToNode && message.At == sent.TotalMilliseconds)
            {
                _messages[place] = message with { Heard = now };
                return;
            }
        }

        // It arrives a second time.
        _messages.Add(Describe(envelope, sent.TotalMilliseconds, now));
    }

    private ReplayMessage Describe(Envelope envelope, double sent, double? heard) => new(
        sent,
        heard,
        envelope.FromNode,
        envelope.ToNode,
        envelope.Message switch
        {
            Effect.PassOn => "commands",
            NextView { TimeoutCertificate: not null } => "timeoutCertificate",
            var message => JsonNamingPolicy.CamelCase.ConvertName(message.GetType().Name),
        },
        envelope.Message switch
        {
            Proposal proposal => proposal.Block.View.Number,
            Vote vote => vote.Statement.View.Number,
            Complaint complaint => complaint.Statement.View.Number,
            NextView { TimeoutCertificate: { } certificate } => certificate.View.Number,
            NextView next => next.HighQc.View.Number,
            _ => 0,
        },
        _labels.Of(envelope.Message));
}
