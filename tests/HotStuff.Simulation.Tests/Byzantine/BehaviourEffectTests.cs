using HotStuff.Consensus;

namespace HotStuff.Simulation.Tests;

/// <summary>Each behaviour does what its name says, often, and the honest replicas get to feel it.</summary>
public class BehaviourEffectTests
{
    private const int Runs = 12;

    public static TheoryData<string> Protocols => [.. ProtocolRules.Names];

    public static TheoryData<string, string> Behaving
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var protocol in ProtocolRules.Names)
            {
                foreach (var behaviour in Behaviours.Names)
                    all.Add(behaviour, protocol);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Behaving))]
    public void Every_behaviour_acts_often(string behaviour, string protocol) =>
        Assert.InRange(Watch(behaviour, protocol, _ => { }).Count(acts => acts > 0), Runs / 3, Runs);

    [Theory]
    [MemberData(nameof(Protocols))]
    public void What_is_forged_reaches_verification_and_is_refused_for_every_reason_there_is(string protocol)
    {
        var refused = new Dictionary<Refusal, int>();
        Watch("forge", protocol, run => run.Refused += (reason, count) => refused[reason] = refused.GetValueOrDefault(reason) + count);

        Assert.All(
            [Refusal.BadCertificate, Refusal.BadSignature, Refusal.WrongEpoch, Refusal.UnknownReplica, Refusal.Malformed, Refusal.NoEntryCertificate],
            reason => Assert.True(refused.GetValueOrDefault(reason) > Runs, $"{reason}: {refused.GetValueOrDefault(reason)}"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void An_equivocating_leader_shows_two_blocks_of_a_view_and_some_replicas_get_both(string protocol)
    {
        var (twice, both) = (0, 0);
        Watch("equivocate", protocol, run =>
        {
            var blocks = new HashSet<BlockId>();
            var views = new HashSet<View>();
            run.Says += (_, message) => twice += message is Proposal { Block: var block } && blocks.Add(block.Id) && !views.Add(block.View) ? 1 : 0;
            run.Refused += (reason, count) => both += reason == Refusal.Equivocation ? count : 0;
        });

        Assert.True(twice > Runs && both > Runs, $"{twice} views with two blocks, {both} replicas that saw both");
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_double_voter_says_what_its_own_words_forbid(string protocol)
    {
        var (forbidden, noticed) = (0, 0);
        Watch("double-vote", protocol, run =>
        {
            run.Refused += (reason, count) => noticed += reason == Refusal.Equivocation ? count : 0;
            var said = new HashSet<VoteStatement>();
            var (step, complained) = (default(Step), View.Genesis);
            run.Says += (_, message) =>
            {
                if (message is Complaint { Statement.View: var view } && view > complained)
                    complained = view;
                if (message is not Vote { Statement: var statement } || !said.Add(statement))
                    return;
                forbidden += statement.Step <= step || statement.View <= complained ? 1 : 0;
                step = statement.Step > step ? statement.Step : step;
            };
        });

        Assert.True(forbidden > 10 * Runs && noticed > Runs, $"{forbidden} sent, {noticed} noticed");
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Who_withholds_votes_says_none_also_not_in_its_complaints(string protocol)
    {
        var (votes, complaints) = (0, 0);
        Watch("withhold-votes", protocol, run => run.Says += (_, message) =>
        {
            votes += message is Vote or Complaint { LastVote: not null } ? 1 : 0;
            complaints += message is Complaint ? 1 : 0;
        });

        Assert.Equal(0, votes);
        Assert.True(complaints > Runs);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_spammer_complains_more_than_all_others_together_and_about_views_to_come(string protocol)
    {
        var (spam, honest, ahead) = (0, 0, 0);
        Watch("spam-complaints", protocol, run =>
        {
            run.Says += (sender, message) =>
            {
                spam += message is Complaint ? 1 : 0;
                ahead += message is Complaint { Statement.View: var view } && view > sender.View ? 1 : 0;
            };
            run.HonestSay += message => honest += message is Complaint ? 1 : 0;
        });

        Assert.True(spam > honest && ahead > Runs, $"{spam} of the spammer, {honest} of the others, {ahead} ahead");
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_stale_proposer_builds_on_certificates_that_it_knows_to_be_old(string protocol)
    {
        var (stale, seen) = (0, 0);
        Watch("stale-justify", protocol, run =>
        {
            run.Says += (sender, message) => stale += message is Proposal { Block.Justify.View: var view } && view < sender.Replica.Record.HighQc.View ? 1 : 0;
            run.Hears += (_, receiver, happened) =>
                seen += happened is ReplicaEvent.ProposalReceived { Proposal.Value.Block.Justify.View: var view } && view < receiver.Replica.Record.HighQc.View ? 1 : 0;
        });

        Assert.True(stale > Runs / 2 && seen > Runs / 2, $"{stale} sent, {seen} received by one who knows better");
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_selective_sender_leaves_somebody_out_of_its_proposals(string protocol)
    {
        var left = 0;
        Watch("selective", protocol, run =>
        {
            var receivers = new Dictionary<BlockId, int>();
            run.Says += (_, message) =>
            {
                if (message is Proposal { Block.Id: var id })
                    receivers[id] = receivers.GetValueOrDefault(id) + 1;
            };
            run.Ended += () => left += receivers.Values.Count(receivers => receivers < 3);
        });

        Assert.True(left > Runs, $"{left}");
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_slow_leader_proposes_late_in_its_views_and_some_of_its_blocks_commit(string protocol)
    {
        var (late, committed) = (0, 0);
        Watch("slow-leader", protocol, run =>
        {
            run.Hears += (waited, receiver, happened) =>
                late += happened is ReplicaEvent.ProposalReceived { Proposal.Value.Block.View: var view } && view == receiver.View && waited > TimeSpan.FromMilliseconds(40) ? 1 : 0;
            run.Ended += () => committed += run.HonestChain.Count(block => run.IsByzantine(block.Proposer));
        });

        Assert.True(late > Runs && committed > Runs, $"{late} late, {committed} committed");
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_silent_leader_never_proposes_and_its_views_time_out(string protocol)
    {
        var (proposals, timeouts) = (0, 0L);
        Watch("silent-leader", protocol, run =>
        {
            run.Says += (_, message) => proposals += message is Proposal ? 1 : 0;
            run.Ended += () => timeouts += run.Timeouts;
        });

        Assert.Equal(0, proposals);
        Assert.True(timeouts > Runs, $"{timeouts}");
    }

    [Fact]
    public void Every_behaviour_is_drawn_by_some_seeds_and_with_seven_replicas_different_ones_meet()
    {
        var drawn = Enumerable.Range(1, 300).Select(seed => Planner.Draw((ulong)seed, new WorldSpec { Replicas = 7, Faults = ["byzantine"] })
            .Faults.OfType<Fault.Byzantine>().ToList()).ToList();

        Assert.Equal(Behaviours.Names.Order(StringComparer.Ordinal), drawn.SelectMany(faults => faults).Select(fault => fault.Behaviour).Distinct().Order(StringComparer.Ordinal));
        Assert.All(drawn, faults => Assert.InRange(faults.Select(fault => fault.Replica).Distinct().Count(), 0, 2));
        Assert.True(drawn.Count(faults => faults.Select(fault => fault.Behaviour).Distinct().Count() == 2) > 100);
    }

    /// <summary>Runs some seeds with four replicas, and answers how often the Byzantine one acted in each.</summary>
    private static List<long> Watch(string behaviour, string protocol, Action<WatchedRun> watch) =>
        [.. Enumerable.Range(1, Runs).Select(seed => new WatchedRun(new ByzantineRun(behaviour, protocol, 4, seed), watch).Run())];
}
