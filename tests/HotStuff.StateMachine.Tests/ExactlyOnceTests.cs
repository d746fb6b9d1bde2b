using CsCheck;
using HotStuff.Consensus;

namespace HotStuff.StateMachine.Tests;

/// <summary>The client table against the rule in its documentation, written as naively as possible.</summary>
public sealed class ExactlyOnceTests
{
    private const int Window = 12;

    // Ranges overlap, come out of order and too early; positions drift upwards so that windows move.
    private static readonly Gen<(int Client, int Back, int Count, byte Size)[]> Segments =
        Gen.Select(Gen.Int[1, 3], Gen.Int[-4, 16], Gen.Int[1, 8], Gen.Byte).Array[1, 60];

    [Fact]
    public void The_table_does_what_the_rule_says_under_duplicates_reordering_and_overlap() =>
        Segments.Sample(
            drawn =>
            {
                var machine = new CountingMachine();
                var table = new ClientTable(new ProtocolLimits { ClientWindow = Window });
                var model = new Model();
                foreach (var segment in Place(drawn))
                    Assert.Equal(model.Execute(segment), Make.Hex(table.Execute(segment, machine)));

                Assert.Equal(model.Runs, machine.Applied.Count);
                Assert.Equal(model.Runs, table.Counters.CommandsExecuted);
            },
            iter: 2_000);

    [Fact]
    public void A_client_that_always_leaves_gaps_runs_each_command_once_however_far_it_goes() =>
        Gen.Int[1, 12].Array[300, 400].Sample(
            ahead =>
            {
                var machine = new CountingMachine();
                var table = new ClientTable(new ProtocolLimits { ClientWindow = Window });
                var done = new HashSet<long>();
                var low = 0L;
                foreach (var offset in ahead)
                {
                    table.Execute(Make.Segment(1, low + offset, 1), machine);
                    done.Add(low + offset);
                    Assert.Equal(done.Count, machine.Applied.Count);
                    while (done.Contains(low + 1))
                        low++;
                }
            },
            iter: 200);

    [Fact]
    public void A_replica_restored_from_a_snapshot_goes_on_like_the_others() =>
        Gen.Select(Segments, Gen.Int[0, 60], Gen.Int[1, 3]).Sample(
            (drawn, cut, sessions) =>
            {
                // Small bounds, so that eviction and forgetting happen on the way.
                var limits = new ProtocolLimits { ClientWindow = Window, MaxSessions = sessions, MaxBlockBytes = 1024, MaxCommandBytes = 16 };
                var steady = new ReplicatedState(new CountingMachine(), limits);
                var restored = new ReplicatedState(new CountingMachine(), limits);
                var i = 0;
                foreach (var segment in Place(drawn))
                {
                    if (i++ == cut)
                        restored.Restore(Make.Snapshot(steady.Snapshot), Make.Chain);
                    var results = steady.Execute(segment);
                    if (i > cut)
                        Assert.Equal(Make.Hex(results[0]), Make.Hex(restored.Execute(segment)[0]));
                }

                if (i > cut)
                {
                    Assert.Equal(steady.Digest(), restored.Digest());
                    Assert.Equal(Make.Snapshot(steady.Snapshot), Make.Snapshot(restored.Snapshot));
                }
            },
            iter: 2_000);

    [Fact]
    public void Replaying_a_chain_gives_the_same_results_and_the_same_digest() =>
        Segments.Sample(
            drawn =>
            {
                var limits = new ProtocolLimits { ClientWindow = Window, MaxSessions = 2 };
                Block[] chain = [.. Place(drawn).Chunk(3).Select((segments, i) => Make.Block(i + 1, segments))];
                var first = new ReplicatedState(new CountingMachine(), limits);
                var second = new ReplicatedState(new CountingMachine(), limits);
                foreach (var block in chain)
                    Assert.Equal(first.Execute(block).SelectMany(Make.Hex), second.Execute(block).SelectMany(Make.Hex));
                Assert.Equal(first.Digest(), second.Digest());
            },
            iter: 500);

    private static IEnumerable<CommandSegment> Place((int Client, int Back, int Count, byte Size)[] drawn)
    {
        var next = new long[4];
        foreach (var (client, back, count, size) in drawn)
        {
            var first = Math.Max(1, next[client] + 1 - back);
            next[client] = Math.Max(next[client], first + count - 1);
            yield return Make.Segment(client, first, count, sequence => [(byte)(size + sequence), (byte)client]);
        }
    }

    private sealed class Model
    {
        private readonly Dictionary<(ClientId, long), byte[]> _done = [];

        public long Runs { get; private set; }

        public List<string> Execute(CommandSegment segment)
        {
            var answers = new List<string>();
            var sequence = segment.FirstSequence;
            foreach (var command in segment)
                answers.Add($"{sequence} {One(segment.Client, sequence++, command.Span)}");
            return answers;
        }

        private string One(ClientId client, long sequence, ReadOnlySpan<byte> command)
        {
            long low = 0;
            while (_done.ContainsKey((client, low + 1)))
                low++;
            var highest = _done.Keys.Where(key => key.Item1 == client).Select(key => key.Item2).DefaultIfEmpty().Max();

            if (_done.TryGetValue((client, sequence), out var result))
                return sequence <= highest - Window ? "ResultForgotten " : $"Executed {Convert.ToHexString(result)}";
            if (sequence > low + Window)
                return "OutsideWindow ";
            result = CountingMachine.ResultOf(Runs++, command);
            _done.Add((client, sequence), result);
            return $"Executed {Convert.ToHexString(result)}";
        }
    }
}
