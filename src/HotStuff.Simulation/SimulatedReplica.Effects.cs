using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Simulation;

/// <content>What effects do.</content>
public sealed partial class SimulatedReplica
{
    private void Interpret(Effect effect)
    {
        switch (effect)
        {
            case Effect.Persist persist:
                Disk.Persist(persist.Record, persist.Block);
                break;
            case Effect.Keep keep:
                Disk.Keep(keep.Block);
                break;
            case Effect.Send send:
                _cluster.Send(Node, send.To, new Posted(send.Message));
                break;
            case Effect.Broadcast broadcast:
                var posted = new Posted(broadcast.Message);
                // To its own id, too: a twin gets what its twin sends.
                for (var peer = 0; peer < _cluster.Keys.Committee.Size; peer++)
                    _cluster.Send(Node, new ReplicaId(peer), posted);

                break;
            case Effect.PassOn passOn:
                _cluster.Send(Node, passOn.To, new Posted(passOn));
                break;
            case Effect.CombineVotes or Effect.CombineComplaints:
                Soon(_cluster.Verifier.Combine(effect));
                break;
            case Effect.Commit commit:
                Disk.Commit(commit.Blocks);
                foreach (var block in commit.Blocks)
                {
                    var results = State.Execute(block);
                    _replies.AddRange(results);
                    _cluster.Executed(this, block, results);
                }

                break;
            case Effect.StartTimer start:
                StartTimer(start);
                break;
            case Effect.StopTimer stop:
                _timers[(int)stop.Kind] = 0;
                break;
            case Effect.FetchBlocks fetch:
                Fetch(fetch);
                break;
            case Effect.Refused refused:
                Count(refused.Reason);
                break;
            case Effect.EnteredView entered:
                View = entered.View;
                break;
            case Later later:
                Schedule(later.After, () => Interpret(later.Effect));
                break;
            case Effect.RefuseCommands:
                break;
            default:
                throw new ArgumentException($"not an effect: {effect}", nameof(effect));
        }
    }

    private void StartTimer(Effect.StartTimer start)
    {
        var number = ++_timer;
        var kind = (int)start.Timer.Kind;
        _timers[kind] = number;
        _cluster.Schedule(new TimeSpan(start.After.Ticks * RightClock / Clock), () =>
        {
            if (_timers[kind] != number)
                return;
            _timers[kind] = 0;
            Advance(new ReplicaEvent.TimerFired(start.Timer));
        });
    }

    /// <summary>
    /// Gets each block from its own disk or from the first reachable peer that has it, and not another one; each time another peer comes first, since one may be
    /// Byzantine. The answer comes after a round trip.
    /// </summary>
    private void Fetch(Effect.FetchBlocks fetch)
    {
        var sources = new List<SimulatedReplica> { this };
        var delay = TimeSpan.FromMilliseconds(1);
        var first = _fetches++;
        for (var i = 0; i < _cluster.Replicas.Count; i++)
        {
            var peer = _cluster.Replicas[(Node + first + i) % _cluster.Replicas.Count];
            var question = new Envelope(Id, peer.Id, fetch, Node, peer.Node);
            var answer = new Envelope(peer.Id, Id, fetch, peer.Node, Node);
            if (peer == this || !peer.IsUp || !_cluster.Deliver(question) || !_cluster.Deliver(answer))
                continue;
            if (sources.Count == 1)
                delay = _cluster.Latency(question) + _cluster.Latency(answer);
            sources.Add(peer);
        }

        Schedule(delay, () =>
        {
            var found = new List<Block>();
            var next = FindAt(sources, fetch.Head);
            while (next is not null && next.Height > fetch.Above)
            {
                found.Add(next);
                next = FindAt(sources, next.Parent);
            }

            if (MessageVerifier.VerifyChain(fetch.Head, found) is not { } verified)
                return;
            foreach (var block in found)
                Disk.Keep(block);
            Advance(new ReplicaEvent.BlocksFetched(verified));
        });
    }

    private static Block? FindAt(List<SimulatedReplica> sources, BlockId id)
    {
        foreach (var source in sources)
        {
            var found = source.Disk.Find(id);
            if ((source.Behaviour is { } behaviour ? behaviour.Answer(id, found) : found) is { } block && block.Id == id)
                return block;
        }

        return null;
    }
}
