using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Simulation;

/// <content>What effects do.</content>
public sealed partial class SimulatedReplica
{
    private const int LongestAnswer = 256;

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
            case Effect.RefuseCommands or Effect.Report or Effect.RecordWasOld:
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
    /// Gets blocks as a node does: from its own disk, and where that ends a run of them from the first reachable peer whose answer verifies; each time another peer comes
    /// first, since one may be Byzantine. All answers come after one round trip.
    /// </summary>
    private void Fetch(Effect.FetchBlocks fetch)
    {
        var peers = new List<SimulatedReplica>();
        var delay = TimeSpan.FromMilliseconds(1);
        var first = _fetches++;
        for (var i = 0; i < _cluster.Replicas.Count; i++)
        {
            var peer = _cluster.Replicas[(Node + first + i) % _cluster.Replicas.Count];
            var question = new Envelope(Id, peer.Id, fetch, Node, peer.Node);
            var answer = new Envelope(peer.Id, Id, fetch, peer.Node, Node);
            if (peer == this || !peer.IsUp || !_cluster.Deliver(question) || !_cluster.Deliver(answer))
                continue;
            if (peers.Count == 0)
                delay = _cluster.Latency(question) + _cluster.Latency(answer);
            peers.Add(peer);
        }

        Schedule(delay, () =>
        {
            if (Find(fetch, peers) is not { } found || MessageVerifier.VerifyChain(fetch.Head, found) is not { } verified)
                return;
            foreach (var block in found)
                Disk.Keep(block);
            Advance(new ReplicaEvent.BlocksFetched(verified));
        });
    }

    /// <summary>The blocks that are asked for, newest first; null when some of them are nowhere.</summary>
    private List<Block>? Find(Effect.FetchBlocks fetch, List<SimulatedReplica> peers)
    {
        var found = new List<Block>();
        var missing = fetch.Head;
        while (true)
        {
            for (var own = Disk.Find(missing); own is not null && own.Height > fetch.Above; own = Disk.Find(missing))
            {
                found.Add(own);
                missing = own.Parent;
            }

            if (found.Count > 0 && found[^1].Height == fetch.Above.Next)
                return found;
            var run = peers.Select(peer => peer.Answer(missing, fetch.Above)).FirstOrDefault(run => MessageVerifier.VerifyChain(missing, run) is not null);
            if (run is null)
                return null;
            found.AddRange(run);
            missing = run[^1].Parent;
        }
    }

    /// <summary>What this replica answers who asks for a block and those below it: a Byzantine one whatever it likes.</summary>
    private List<Block> Answer(BlockId head, Height above)
    {
        var answer = new List<Block>();
        for (var id = head; answer.Count < LongestAnswer;)
        {
            var kept = Disk.Find(id);
            if ((Behaviour is { } behaviour ? behaviour.Answer(id, kept) : kept) is not { } block || block.Height <= above)
                break;
            answer.Add(block);
            id = block.Parent;
        }

        return answer;
    }
}
