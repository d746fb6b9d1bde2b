using System.Buffers;
using System.Globalization;
using System.Text;
using CsCheck;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Simulation.Tests.Histories;

public class LinearizabilityTests
{
    private static readonly KeyModel Model = new();

    [Fact]
    public void A_read_that_overlaps_a_write_may_see_the_old_or_the_new_value()
    {
        Assert.True(Judge(Put(0, 1, "a"), Put(2, 9, "b"), Get(3, 4, "a"), Get(5, 6, "b")));
        Assert.True(Judge(Put(0, 1, "a"), Put(2, 9, "b"), Get(3, 4, "b"), Get(5, 6, "b")));
    }

    [Fact]
    public void A_read_that_sees_the_old_value_after_somebody_saw_the_new_one_is_found() =>
        Assert.False(Judge(Put(0, 1, "a"), Put(2, 9, "b"), Get(3, 4, "b"), Get(5, 6, "a")));

    [Fact]
    public void A_read_that_misses_a_write_that_was_acknowledged_before_it_began_is_found()
    {
        Assert.False(Judge(Put(0, 1, "a"), Get(2, 3, null)));
        Assert.False(Judge(Put(0, 1, "a"), Put(2, 3, "b"), Get(4, 5, "a")));
    }

    [Fact]
    public void A_command_that_ran_twice_and_one_that_was_lost_are_found()
    {
        Assert.True(Judge(Increment(0, 5, 1), Increment(0, 5, 2), Increment(6, 7, 3)));
        Assert.False(Judge(Increment(0, 5, 1), Increment(0, 5, 2), Increment(6, 7, 4)));
        Assert.False(Judge(Increment(0, 5, 1), Increment(0, 5, 2), Increment(6, 7, 2)));
    }

    [Fact]
    public void A_command_without_an_answer_may_have_run_at_any_time_since_or_never()
    {
        var unanswered = Put(2, null, "b");

        Assert.True(Judge(Put(0, 1, "a"), unanswered, Get(3, 4, "a")));
        Assert.True(Judge(Put(0, 1, "a"), unanswered, Get(3, 4, "a"), Get(90, 91, "b")));
        Assert.False(Judge(Put(0, 1, "a"), unanswered, Get(3, 4, "b"), Get(90, 91, "a")));
        Assert.False(Judge(Get(0, 1, "b"), unanswered));
    }

    [Fact]
    public void Keys_are_judged_apart_and_the_key_that_is_wrong_is_named()
    {
        var wrong = new[] { Put(0, 1, "a", "x"), Get(2, 3, "b", "x") };

        var violation = LinearizabilityChecker.FindViolation([Put(0, 1, "a", "y"), .. wrong, Get(2, 3, "a", "y")], Model, KeyModel.KeyOf);

        Assert.NotNull(violation);
        Assert.Equal(wrong[1], violation.Impossible);
        Assert.Equal([wrong[0]], violation.Before);
        Assert.Empty(violation.UnderWay);
        Assert.Equal(["a"], violation.States);
    }

    [Fact]
    public void What_was_under_way_beside_an_impossible_answer_is_named()
    {
        var unanswered = Put(2, null, "c");
        var beside = Put(4, 9, "b");
        var wrong = Get(5, 6, "d");

        var violation = LinearizabilityChecker.FindViolation([Put(0, 1, "a"), unanswered, beside, wrong], Model, KeyModel.KeyOf);

        Assert.NotNull(violation);
        Assert.Equal(wrong, violation.Impossible);
        Assert.Equal([unanswered, beside], violation.UnderWay);
        Assert.Equal("       0.005 ..        0.006 ms  " + wrong.Client + "  k: get -> Value d", KeyModel.Describe(wrong));
        Assert.Equal("       0.002 ..        never     " + wrong.Client + "  k: put c", KeyModel.Describe(unanswered));
    }

    [Fact]
    public void More_operations_under_way_than_can_be_told_apart_are_an_error_and_no_verdict()
    {
        var many = Enumerable.Range(0, LinearizabilityChecker.MaxUnderWay + 1).Select(i => Put(i, null, "a")).ToList();

        Assert.Throws<ArgumentException>(() => LinearizabilityChecker.IsLinearizable(many, Model));
        Assert.True(LinearizabilityChecker.IsLinearizable([.. many.Skip(1)], Model));
    }

    [Fact]
    public void The_verdict_on_a_short_history_is_that_of_trying_all_orders()
    {
        var command = Gen.OneOf(
            Gen.Const(KeyValueCommand.Get(Key("k"))),
            Gen.Const(KeyValueCommand.Increment(Key("k"), 1)),
            OneOf("1", "2").Select(value => KeyValueCommand.Put(Key("k"), Key(value))),
            Gen.Const(KeyValueCommand.CompareAndSwap(Key("k"), Key("1"), Key("2"))));
        var answers = new byte[][] { [(byte)KeyValueStatus.Ok], [(byte)KeyValueStatus.NotFound], Value("1"), Value("2"), [(byte)KeyValueStatus.Mismatch, .. Key("2")] };
        var operation = Gen.Select(command, Gen.Int[0, 12], Gen.Int[0, 6], Gen.Int[0, answers.Length]).Select(drawn =>
        {
            var (sent, from, lasts, answer) = drawn;
            // The last number stands for no answer.
            return answer == answers.Length
                ? new HistoryOperation(default, from, null, sent, default)
                : new HistoryOperation(default, from, from + lasts, sent, answers[answer]);
        });

        var verdicts = new int[2];
        operation.List[1, 5].Sample(
            history =>
            {
                var verdict = LinearizabilityChecker.IsLinearizable(history, Model);
                Interlocked.Increment(ref verdicts[verdict ? 1 : 0]);
                return verdict == HasOrder(history, Model.Initial);
            },
            iter: 3000);
        Assert.All(verdicts, count => Assert.True(count > 100, $"{verdicts[0]} bad, {verdicts[1]} good"));
    }

    [Fact]
    public void One_wrong_answer_is_found_in_a_history_of_a_hundred_thousand_commands_on_one_key()
    {
        // Each command overlaps the three before it and the three after it.
        var history = new List<HistoryOperation>();
        var state = Model.Initial;
        for (var i = 0; i < 100_000; i++)
        {
            var number = $"{i % 7}";
            var command = (i % 5) switch
            {
                0 => KeyValueCommand.Put(Key("k"), Key(number)),
                1 => KeyValueCommand.Get(Key("k")),
                2 => KeyValueCommand.CompareAndSwap(Key("k"), Key(number), Key("3")),
                _ => KeyValueCommand.Increment(Key("k"), 1),
            };
            (state, var result) = Model.Apply(state, command);
            history.Add(new HistoryOperation(new ClientId((UInt128)(i % 4)), (10 * i) - 19, (10 * i) + 20, command, result));
        }

        Assert.True(LinearizabilityChecker.IsLinearizable(history, Model));
        history[99_000] = history[99_000] with { Result = Value("-1") };
        Assert.Equal(history[99_000], LinearizabilityChecker.FindViolation(history, Model, KeyModel.KeyOf)?.Impossible);
    }

    /// <summary>Whether some order is right, by trying those that may come first, one after the other.</summary>
    private static bool HasOrder(IReadOnlyList<HistoryOperation> left, KeyState state)
    {
        if (left.All(operation => operation.Returned is null))
            return true;
        foreach (var first in left.Where(operation => left.All(other => other.Returned is null || other.Returned >= operation.Invoked)))
        {
            var (after, result) = Model.Apply(state, first.Command.Span);
            if ((first.Returned is null || first.Result.Span.SequenceEqual(result)) && HasOrder([.. left.Where(other => !ReferenceEquals(other, first))], after))
                return true;
        }

        return false;
    }

    [Fact]
    public void The_model_of_one_key_answers_like_the_store()
    {
        var command = Gen.OneOf(
            Gen.Const(KeyValueCommand.Get(Key("k"))),
            Gen.Const(KeyValueCommand.Delete(Key("k"))),
            Gen.Const(KeyValueCommand.Noop([7])),
            OneOf("", "5", "-3", "05", "+1", " 1", "x", "9223372036854775807").Select(value => KeyValueCommand.Put(Key("k"), Key(value))),
            OneOf("5", "6", "x").Select(value => KeyValueCommand.PutIfAbsent(Key("k"), Key(value))),
            Gen.Select(OneOf("5", "6", "x"), OneOf("5", "6", "x"), (from, to) => KeyValueCommand.CompareAndSwap(Key("k"), Key(from), Key(to))),
            OneOf(1L, -1L, long.MaxValue, long.MinValue).Select(delta => KeyValueCommand.Increment(Key("k"), delta)));

        command.List[1, 40].Sample(commands =>
        {
            var store = new KeyValueStore();
            var state = Model.Initial;
            foreach (var next in commands)
            {
                var answer = new ArrayBufferWriter<byte>();
                store.Apply(next, answer);
                (state, var expected) = Model.Apply(state, next);
                if (!answer.WrittenSpan.SequenceEqual(expected))
                    throw new InvalidOperationException($"{Convert.ToHexString(next)}: {Convert.ToHexString(answer.WrittenSpan)}, {Convert.ToHexString(expected)}");
            }
        });
    }

    [Fact]
    public void Whatever_a_service_answered_that_runs_each_command_between_its_call_and_its_answer_is_accepted_and_a_changed_answer_is_not()
    {
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4], Gen.Bool).Array[1, 60].Sample(steps =>
        {
            var history = new List<HistoryOperation>();
            var state = Model.Initial;
            for (var i = 0; i < steps.Length; i++)
            {
                // It runs at 10 i; calls and answers around it overlap those of its neighbours.
                var (before, after, write) = steps[i];
                var command = write ? KeyValueCommand.Increment(Key("k"), 1) : KeyValueCommand.Get(Key("k"));
                (state, var result) = Model.Apply(state, command);
                history.Add(new HistoryOperation(new ClientId((UInt128)i), (10 * i) - (9 * before), (10 * i) + (9 * after), command, result));
            }

            Assert.True(LinearizabilityChecker.IsLinearizable(history, Model));

            // Increments answer each number once: one that answers another's is wrong in any order.
            var writes = history.Where(operation => operation.Result.Span is [(byte)KeyValueStatus.Value, ..] && operation.Command.Length > 8).ToList();
            if (writes.Count > 1)
            {
                history[history.IndexOf(writes[0])] = writes[0] with { Result = writes[^1].Result };
                Assert.False(LinearizabilityChecker.IsLinearizable(history, Model));
            }
        });
    }

    private static bool Judge(params HistoryOperation[] history) =>
        LinearizabilityChecker.FindViolation(history, Model, KeyModel.KeyOf) is null;

    private static HistoryOperation Put(long from, long? to, string value, string key = "k") =>
        new(default, from, to, KeyValueCommand.Put(Key(key), Key(value)), new byte[] { (byte)KeyValueStatus.Ok });

    private static HistoryOperation Get(long from, long? to, string? value, string key = "k") =>
        new(
            default,
            from,
            to,
            KeyValueCommand.Get(Key(key)),
            value is null ? new[] { (byte)KeyValueStatus.NotFound } : [(byte)KeyValueStatus.Value, .. Key(value)]);

    private static HistoryOperation Increment(long from, long? to, long sum) =>
        new(
            default,
            from,
            to,
            KeyValueCommand.Increment(Key("k"), 1),
            (byte[])[(byte)KeyValueStatus.Value, .. Key(sum.ToString(CultureInfo.InvariantCulture))]);

    private static byte[] Value(string text) => [(byte)KeyValueStatus.Value, .. Key(text)];

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static byte[] Key(string text) => Encoding.UTF8.GetBytes(text);
}
