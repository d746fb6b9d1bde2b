using System.Diagnostics.Metrics;
using HotStuff.Client;
using HotStuff.Cluster;

namespace HotStuff.Web;

/// <summary>
/// What a node has counted, as instruments of the meter <c>HotStuff</c>: docs/metrics.md explains each. They are read when somebody collects; what the replica has to be asked for is as of the last <see cref="RefreshAsync"/>, and missing while it does not answer.
/// </summary>
internal sealed class NodeMetrics : IDisposable
{
    private readonly Meter _meter = new(NodeInstruments.MeterName);
    private readonly NodeObserver _observer;
    private readonly KeyValuePair<string, object?> _replica;
    private volatile NodeReport? _report;
    private volatile bool _isReady;

    /// <summary>Of a node.</summary>
    public NodeMetrics(IOperatedNode node, NodeObserver observer, Func<int> watchers)
    {
        _observer = observer;
        _replica = NodeInstruments.Tag(node.Self);
        ObserveProtocol();
        ObserveHoldings();
        ObserveRefusals(node);
        Gauge("hotstuff.answering", null, "1 while the replica answers, else 0", () => _report is null ? 0 : 1);
        Gauge("hotstuff.ready", null, "1 while the replica has caught up (/readyz), else 0", () => _isReady ? 1 : 0);
        Gauge("hotstuff.paused", null, "1 while an operator keeps it paused, else 0", () => node.IsPaused ? 1 : 0);
        Gauge("hotstuff.evidence", "{piece}", "Pieces of evidence that it holds against replicas", () => node.Evidence.Count);
        Gauge("hotstuff.ops_members", "{member}", "Members of the operators' cluster that it sees", () => node.Ops?.Members.Count ?? 0);
        Gauge("hotstuff.watchers", "{watcher}", "Watchers of the live page here", () => watchers());
        ByReason<Consensus.EntryReason>("hotstuff.views_entered", "{view}", "Views entered, by what opened them", node.Counters.EnteredBy);
        Counter("hotstuff.blocks", "{block}", "Blocks committed", () => node.Counters.BlocksCommitted);
        Counter("hotstuff.blocks_fetched", "{block}", "Blocks fetched from other replicas", () => node.Counters.BlocksFetched);
        Counter("hotstuff.snapshots_fetched", "{snapshot}", "Snapshots fetched from other replicas", () => node.Counters.SnapshotsFetched);
    }

    /// <summary>Whether an instrument is of another node of this process.</summary>
    public bool IsOfAnotherNode(Instrument instrument) =>
        instrument.Meter.Name == NodeInstruments.MeterName && instrument.Meter != _meter && instrument.Meter != NodeInstruments.Meter;

    /// <summary>Asks the node how it is.</summary>
    public async Task RefreshAsync()
    {
        (_report, var readiness) = await _observer.LookAsync();
        _isReady = readiness.IsReady;
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void ObserveProtocol()
    {
        StatusGauge("hotstuff.view", null, "The view it is in", status => status.View.Number);
        StatusGauge("hotstuff.leader", null, "The leader of that view", status => status.Leader.Index);
        StatusGauge("hotstuff.locked_view", null, "The view of the lock", status => status.LockedView.Number);
        StatusGauge("hotstuff.high_qc_view", null, "The view of the highest quorum certificate", status => status.HighQcView.Number);
        StatusGauge("hotstuff.committed_height", null, "The height of the last committed block", status => status.Committed.Number);
        StatusGauge("hotstuff.executed_height", null, "The height of the last executed block", status => status.Executed.Number);
        StatusGauge("hotstuff.checkpoint_height", null, "The height of the newest certified snapshot", status => status.Checkpoint.Number);
        StatusGauge("hotstuff.oldest_height", null, "The height of the oldest block that it still has", status => status.Oldest.Number);
        StatusGauge("hotstuff.peers_proven", "{peer}", "Other replicas that have proven who they are", status => status.PeersProven);
        StatusGauge("hotstuff.pending_commands", "{command}", "Commands that wait", status => status.PendingCommands);
        StatusGauge("hotstuff.uptime", "s", "How long the process runs", status => status.Uptime.TotalSeconds);
        StatusCounter("hotstuff.timeouts", "{view}", "Views that a quorum gave up", status => status.Timeouts);
        StatusCounter("hotstuff.commands", "{command}", "Commands executed", status => status.CommandsExecuted);
        StatusCounter("hotstuff.duplicates", "{command}", "Commands that came again and were not executed again", status => status.Duplicates);
    }

    private void ObserveHoldings()
    {
        HoldingsGauge("hotstuff.mempool", "By", "Bytes of commands that wait", holdings => holdings.Bytes);
        HoldingsGauge("hotstuff.uncommitted_blocks", "{block}", "Blocks that it holds and that are not committed", holdings => holdings.Blocks);
        HoldingsGauge("hotstuff.shares", "{share}", "Shares of votes and complaints that it holds", holdings => holdings.Shares);
        HoldingsGauge("hotstuff.orphans", "{proposal}", "Proposals whose parent it does not have", holdings => holdings.Orphans);
    }

    private void ObserveRefusals(IOperatedNode node)
    {
        var transport = TransportCounters.Of(node.ConsensusSystem);
        var drops = MailboxDrops.Of(node.ConsensusSystem);
        ByReason<Consensus.Refusal>("hotstuff.refusals", "{input}", "Inputs that the protocol did not accept", node.Counters.RefusedFor);
        ByReason<LinkRefusal>("hotstuff.link_refusals", "{message}", "Messages about links between replicas that were not accepted", node.Links.Refused);
        ByReason<TransportRefusal>("hotstuff.transport_refusals", "{refusal}", "Connections and messages that the transport between replicas did not let in", transport.Refused);
        Counter("hotstuff.unproven_messages", "{message}", "Messages of peers that had not proven who they are", () => node.Counters.UnprovenMessages);
        Counter("hotstuff.dropped_while_paused", "{message}", "Messages dropped because an operator kept the replica paused", () => node.Counters.DroppedWhilePaused);
        Counter("hotstuff.transport_unsent", "{message}", "Messages to replicas that were dropped because too many waited", () => transport.Unsent);
        _meter.CreateObservableCounter(
            "hotstuff.mailbox_drops",
            () => (Measurement<long>[])[new(drops.Peer, _replica, new("source", "peer")), new(drops.Client, _replica, new("source", "client"))],
            "{message}",
            "Messages that a full mailbox dropped");
    }

    private void Gauge(string name, string? unit, string description, Func<long> value) =>
        _meter.CreateObservableGauge(name, () => new Measurement<long>(value(), _replica), unit, description);

    private void Counter(string name, string unit, string description, Func<long> value) =>
        _meter.CreateObservableCounter(name, () => new Measurement<long>(value(), _replica), unit, description);

    private void StatusGauge(string name, string? unit, string description, Func<NodeStatus, double> value) =>
        _meter.CreateObservableGauge(name, () => Known(_report, report => value(report.Status)), unit, description);

    private void StatusCounter(string name, string unit, string description, Func<NodeStatus, double> value) =>
        _meter.CreateObservableCounter(name, () => Known(_report, report => value(report.Status)), unit, description);

    private void HoldingsGauge(string name, string unit, string description, Func<Consensus.Holdings, double> value) =>
        _meter.CreateObservableGauge(name, () => Known(_report?.Holdings is null ? null : _report, report => value(report.Holdings!.Value)), unit, description);

    private IEnumerable<Measurement<double>> Known(NodeReport? report, Func<NodeReport, double> value) =>
        report is null ? [] : [new Measurement<double>(value(report), _replica)];

    private void ByReason<T>(string name, string unit, string description, Func<T, long> count)
        where T : struct, Enum
    {
        var reasons = Enum.GetValues<T>().Select(reason => (Reason: reason, Tag: new KeyValuePair<string, object?>("reason", Names.Of(reason)))).ToArray();
        _meter.CreateObservableCounter(name, () => reasons.Select(reason => new Measurement<long>(count(reason.Reason), _replica, reason.Tag)), unit, description);
    }
}
