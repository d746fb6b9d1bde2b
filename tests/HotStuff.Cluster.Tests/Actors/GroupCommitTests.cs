using CsCheck;
using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>Which effects wait for the disk, and which write serves whom.</summary>
public sealed class GroupCommitTests
{
    private static readonly SafetyRecord Fresh = SafetyRecord.Initial(Block.GenesisCertificate(TestValidators.Four.Genesis.ChainId));
    private readonly GroupCommit _group = new();

    [Fact]
    public void With_nothing_to_write_effects_are_done_at_once()
    {
        Assert.True(_group.MayDo(Other(1)));
        Assert.Null(_group.NextWrite());
    }

    [Fact]
    public void What_comes_after_a_record_waits_until_the_record_is_written()
    {
        Assert.False(_group.MayDo(Record(1)));
        Assert.False(_group.MayDo(Other(1)));
        Assert.Equal(new View(1), _group.NextWrite()!.Record.HighestComplaint);
        Assert.Equal([Other(1)], _group.Written());
        Assert.True(_group.MayDo(Other(2)));
    }

    [Fact]
    public void One_write_serves_all_records_that_came_while_the_last_one_was_under_way()
    {
        var block = TestValidators.Four.FirstProposal().Block;
        _group.MayDo(Record(1));
        Assert.NotNull(_group.NextWrite());
        _group.MayDo(Record(2) with { Block = block });
        _group.MayDo(Other(2));
        _group.MayDo(Record(3));
        _group.MayDo(Other(3));
        Assert.Null(_group.NextWrite());
        Assert.Empty(_group.Written());
        var write = _group.NextWrite()!;
        Assert.Equal(new View(3), write.Record.HighestComplaint);
        Assert.Same(block, Assert.Single(write.Blocks));
        Assert.Equal([Other(2), Other(3)], _group.Written());
    }

    [Fact]
    public void What_came_during_a_write_without_a_record_of_its_own_is_done_when_that_write_ends()
    {
        _group.MayDo(Record(1));
        _group.NextWrite();
        _group.MayDo(Other(1));
        _group.MayDo(Record(2));
        _group.MayDo(Other(2));
        Assert.Equal([Other(1)], _group.Written());
        Assert.NotNull(_group.NextWrite());
        Assert.Equal([Other(2)], _group.Written());
    }

    [Fact]
    public void In_whatever_way_writes_and_effects_mix_none_passes_its_record_none_is_lost_and_the_order_stays() =>
        Gen.Int[0, 3].Array[0, 60].Sample(steps =>
        {
            var group = new GroupCommit();
            var (count, durable, underWrite, done) = (0L, 0L, 0L, new List<Effect>());
            var last = new Dictionary<Effect, long>();
            foreach (var step in steps.Append(3).Append(3))
            {
                if (step < 2)
                {
                    var effect = step == 0 ? (Effect)Record(++count) : Other(last.Count + 1);
                    if (effect is not Effect.Persist)
                        last[effect] = count;
                    if (group.MayDo(effect))
                        done.Add(effect);
                }
                else
                {
                    if (group.NextWrite() is { } write)
                        underWrite = write.Record.HighestComplaint.Number;
                    if (step == 3)
                    {
                        durable = underWrite;
                        done.AddRange(group.Written());
                    }
                }

                Assert.All(done, effect => Assert.True(last[effect] <= durable));
            }

            Assert.Equal(last.Keys, done);
            Assert.False(group.IsFull);
        });

    private static Effect.Persist Record(long view) => new(Fresh with { HighestComplaint = new View(view) }, null);

    private static Effect.StartTimer Other(long number) => new(new TimerKey(TimerKind.View, Epoch.Genesis, new View(number)), TimeSpan.Zero);
}
