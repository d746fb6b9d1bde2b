using HotStuff.Consensus;
using static HotStuff.StateMachine.CommandStatus;

namespace HotStuff.StateMachine.Tests;

public sealed class ClientTableTests
{
    private readonly CountingMachine _machine = new();
    private readonly ClientTable _table = new(new ProtocolLimits { ClientWindow = 4, MaxSessions = 3 });

    private List<CommandStatus> Run(int client, long first, int count) =>
        Make.Statuses(_table.Execute(Make.Segment(client, first, count), _machine));

    [Fact]
    public void A_segment_that_comes_again_is_answered_with_the_very_same_results()
    {
        var first = _table.Execute(Make.Segment(1, 1, 3), _machine);
        var again = _table.Execute(Make.Segment(1, 1, 3), _machine);
        Assert.Same(first, again);
        Assert.Equal(3, _machine.Applied.Count);
        Assert.Equal(3, _table.Counters.CommandsExecuted);
        Assert.Equal(3, _table.Counters.DuplicatesSuppressed);
    }

    [Fact]
    public void Overlapping_segments_run_only_what_is_new_and_answer_the_rest_as_before()
    {
        var before = Make.Hex(_table.Execute(Make.Segment(1, 2, 1), _machine));
        var all = Make.Hex(_table.Execute(Make.Segment(1, 1, 3), _machine));
        Assert.Equal(["1 Executed 0000000000000001", before[0], "3 Executed 0000000000000002"], all);
        Assert.Equal(all, Make.Hex(_table.Execute(Make.Segment(1, 1, 3), _machine)));
        Assert.Equal(all[1..], Make.Hex(_table.Execute(Make.Segment(1, 2, 2), _machine)));
        Assert.Equal(3, _machine.Applied.Count);
    }

    [Fact]
    public void The_window_ends_its_width_above_the_lowest_gap()
    {
        Assert.Equal([Executed, OutsideWindow], Run(1, 4, 2));
        Assert.Equal([Executed], Run(1, 1, 1));
        Assert.Equal([Executed, OutsideWindow], Run(1, 5, 2));
        Assert.Equal([Executed, Executed], Run(1, 2, 2));
        Assert.Equal([OutsideWindow], Run(1, 10, 1));
        Assert.Equal([Executed], Run(1, 9, 1));
        Assert.Equal(3, _table.Counters.OutsideWindow);
        Assert.Equal(6, _machine.Applied.Count);
    }

    [Fact]
    public void The_window_moves_on_while_a_long_segment_runs() => Assert.All(Run(1, 1, 20), status => Assert.Equal(Executed, status));

    [Fact]
    public void A_result_is_forgotten_a_window_behind_the_highest_executed()
    {
        Run(1, 1, 5);
        Assert.Equal([ResultForgotten, Executed, Executed, Executed, Executed], Run(1, 1, 5));
        Run(1, 7, 1);
        Assert.Equal([ResultForgotten, ResultForgotten, ResultForgotten, Executed], Run(1, 1, 4));
        Assert.Equal(6, _machine.Applied.Count);
    }

    [Fact]
    public void A_new_client_too_far_ahead_opens_no_session()
    {
        Assert.Equal([OutsideWindow, OutsideWindow], Run(1, 5, 2));
        Assert.Equal(0, _table.Sessions);
        Assert.Equal(2, _table.Counters.OutsideWindow);
    }

    [Fact]
    public void The_least_recently_active_session_makes_room()
    {
        Run(1, 1, 1);
        Run(2, 1, 1);
        Run(3, 1, 1);
        Run(1, 1, 1); // a duplicate is activity too
        Run(4, 1, 1);
        Assert.Equal(3, _table.Sessions);
        Assert.Equal(1, _table.Counters.SessionsEvicted);

        var runs = _machine.Applied.Count;
        Run(1, 1, 1);
        Run(3, 1, 1);
        Run(4, 1, 1);
        Assert.Equal(runs, _machine.Applied.Count);
        Run(2, 1, 1); // forgotten as if it had never been
        Assert.Equal(runs + 1, _machine.Applied.Count);
    }

    [Fact]
    public void An_evicted_session_leaves_no_results_behind()
    {
        for (var client = 1; client <= 100; client++)
            Run(client, 1, 2);
        var sizeOfThree = _table.KeptBytes;
        Run(101, 1, 2);
        Assert.Equal(sizeOfThree, _table.KeptBytes);
    }

    [Fact]
    public void Results_together_stay_within_their_bound_and_the_oldest_go_first()
    {
        var table = new ClientTable(new ProtocolLimits { MaxBlockBytes = 1024, MaxCommandBytes = 64 });
        for (var client = 1; client <= 500; client++)
        {
            table.Execute(Make.Segment(client, 1, 1, _ => [200]), _machine);
            Assert.InRange(table.KeptBytes, 1, table.MaxKeptBytes);
        }

        Assert.Equal([ResultForgotten], Make.Statuses(table.Execute(Make.Segment(1, 1, 1), _machine)));
        Assert.Equal([Executed], Make.Statuses(table.Execute(Make.Segment(500, 1, 1), _machine)));
        Assert.Equal(500, _machine.Applied.Count);
    }

    [Fact]
    public void Results_that_make_a_segment_larger_than_a_block_are_forgotten_and_their_commands_run()
    {
        var table = new ClientTable(new ProtocolLimits { MaxBlockBytes = 1024, MaxCommandBytes = 64 });
        var results = table.Execute(Make.Segment(1, 1, 10, sequence => [(byte)(sequence == 6 ? 0 : 250)]), _machine);
        Assert.Equal(10, _machine.Applied.Count);
        Assert.Equal([Executed, Executed, Executed, ResultForgotten, ResultForgotten, Executed], Make.Statuses(results)[..6]);
        Assert.InRange(results.Encoded.Length, 1, 1024 + (2 * 10));
        Assert.Equal([ResultForgotten, ResultForgotten, Executed], Make.Statuses(table.Execute(Make.Segment(1, 4, 3), _machine)));
    }

    [Fact]
    public void Results_of_every_length_come_back_as_they_were_written()
    {
        var table = new ClientTable(new ProtocolLimits());
        byte[][] commands = [.. Enumerable.Range(0, 256).Select(i => new[] { (byte)i })];
        string[] expected =
            [.. commands.Select((command, i) => $"{i + 1} Executed {Convert.ToHexString(CountingMachine.ResultOf(i, command))}")];
        var results = table.Execute(Make.Segment(1, 1, commands), _machine);
        Assert.Equal(expected, Make.Hex(results));
        Assert.Equal(expected, Make.Hex(SegmentResults.TryRead(results.Client, 1, 256, results.Encoded)!));
        Assert.Equal(expected[100..201], Make.Hex(table.Execute(Make.Segment(1, 101, 101), _machine)));
    }

    [Fact]
    public void A_client_that_sends_backwards_loses_nothing()
    {
        var table = new ClientTable(new ProtocolLimits { ClientWindow = 1000 });
        for (var sequence = 1000; sequence >= 1; sequence--)
            table.Execute(Make.Segment(1, sequence, 1), _machine);
        Assert.Equal(1000, _machine.Applied.Count);

        var all = Make.Hex(table.Execute(Make.Segment(1, 1, 1000), _machine));
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => $"{i} Executed {1000 - i:X16}"), all);
        Assert.Equal(1000, _machine.Applied.Count);
    }

    [Fact]
    public void A_client_whose_first_command_comes_last_loses_nothing()
    {
        var table = new ClientTable(new ProtocolLimits { ClientWindow = 1000 });
        for (var sequence = 2; sequence <= 1000; sequence++)
            table.Execute(Make.Segment(1, sequence, 1), _machine);
        for (var sequence = 2; sequence <= 1000; sequence++)
            table.Execute(Make.Segment(1, sequence, 1), _machine);
        Assert.Equal(999, _machine.Applied.Count);

        Assert.Equal([Executed], Make.Statuses(table.Execute(Make.Segment(1, 1, 1), _machine)));
        Assert.Equal([Executed, OutsideWindow], Make.Statuses(table.Execute(Make.Segment(1, 2000, 2), _machine)));
    }
}
