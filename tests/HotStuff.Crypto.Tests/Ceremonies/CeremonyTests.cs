using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

public sealed class CeremonyTests
{
    private static readonly byte[] Statement = SignedBytes.Vote(default, TestChain.Statement(3));

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void Honest_operators_make_one_group_of_which_any_quorum_signs_and_one_less_does_not(int replicas)
    {
        var ceremony = new TestCeremony(replicas);

        var finished = ceremony.Finish();

        Assert.All(finished, finish => Assert.Empty(finish.Disqualified));
        var genesis = finished[0].Genesis;
        Assert.Equal(ceremony.GroupKeyOf([.. Enumerable.Range(0, replicas)]), genesis.Commitments[0]);
        var scheme = genesis.CreateScheme();
        var shares = finished.Select(finish => Share(finish.Keys)).ToArray();
        var quorum = genesis.Committee.Quorum;
        var certificate = Combine(scheme, shares[..quorum]);
        Assert.True(scheme.VerifyCombined(Statement, certificate));
        Assert.Equal(certificate, Combine(scheme, shares[^quorum..]));
        Assert.Throws<ArgumentException>(() => scheme.Combine(Statement, shares[..(quorum - 1)]));
    }

    [Fact]
    public void Keys_and_genesis_are_what_a_replica_loads()
    {
        using var directory = new TestDirectory();
        var finish = new TestCeremony(4).Finish()[2];
        finish.Genesis.Save(directory.File("genesis.json"));
        ReplicaKeyFile.Save(directory.File("replica-2.key"), finish.Keys);

        var genesis = Genesis.Load(directory.File("genesis.json"));
        using var signer = ReplicaKeyFile.Load(directory.File("replica-2.key"), genesis);

        Assert.Equal((new ReplicaId(2), "ceremony", "bls"), (signer.Replica, genesis.Chain, genesis.Signatures));
    }

    [Fact]
    public void A_dealer_with_a_bad_share_that_justifies_itself_stays()
    {
        var ceremony = new TestCeremony(4).Corrupt<CeremonyBody.Deal>(1, deal => deal with { Shares = deal.Shares.SetItem(2, deal.Shares[3]) });

        var finished = ceremony.Finish();

        Assert.Equal(new ReplicaId(1), Assert.Single(((CeremonyBody.Complaints)ceremony.Message(CeremonyRound.Complain, 2).Body).Against));
        Assert.Empty(finished[0].Disqualified);
        Assert.Equal(ceremony.GroupKeyOf(0, 1, 2, 3), finished[0].Genesis.Commitments[0]);
        Signs(finished, 1, 2, 3);
    }

    [Fact]
    public void A_dealer_that_justifies_itself_with_another_share_is_disqualified_and_the_others_make_the_keys()
    {
        var ceremony = new TestCeremony(4)
            .Corrupt<CeremonyBody.Deal>(1, deal => deal with { Shares = deal.Shares.SetItem(2, "not a share") })
            .Corrupt<CeremonyBody.Justification>(1, _ => new CeremonyBody.Justification([new RevealedShare(new ReplicaId(2), new string('1', 64))]));

        var finished = ceremony.Finish();

        Assert.Equal("r1: it did not justify itself to r2", Assert.Single(finished[0].Disqualified).ToString());
        Assert.Equal(ceremony.GroupKeyOf(0, 2, 3), finished[0].Genesis.Commitments[0]);
        Signs(finished, 0, 1, 2);
    }

    [Fact]
    public void A_dealer_that_does_not_justify_itself_is_waited_for_until_the_operators_leave_it_out()
    {
        var ceremony = new TestCeremony(4)
            .Corrupt<CeremonyBody.Deal>(1, deal => deal with { Shares = deal.Shares.SetItem(2, deal.Shares[2].Replace(deal.Shares[2][0], 'x')) })
            .Silence(1, CeremonyRound.Justify);
        Waits(ceremony.Run()[0], CeremonyRound.Justify, 1);

        ceremony.LeaveOut(1, by: [0, 2, 3]);
        var finished = ceremony.Finish(faulty: 1);

        Assert.Equal("r1: left out by the operators", Assert.Single(finished[0].Disqualified).ToString());
        Signs(finished, 0, 1, 2);
    }

    [Fact]
    public void More_complaints_than_can_be_false_disqualify_a_dealer_without_its_answer()
    {
        var ceremony = new TestCeremony(4).Corrupt<CeremonyBody.Deal>(1, deal => deal with { Shares = [deal.Shares[0], deal.Shares[1], deal.Shares[0], deal.Shares[0]] });

        var finished = ceremony.Finish();

        Assert.Equal("r1: 2 replicas complained about its shares (r2, r3); 1 can be wrong", Assert.Single(finished[0].Disqualified).ToString());
        Signs(finished, 1, 2, 3);
    }

    [Fact]
    public void False_complaints_do_not_disqualify_honest_dealers()
    {
        var ceremony = new TestCeremony(4).Corrupt<CeremonyBody.Complaints>(3, _ => new CeremonyBody.Complaints([new ReplicaId(0), new ReplicaId(1), new ReplicaId(200)]));

        var finished = ceremony.Finish();

        Assert.Empty(finished[2].Disqualified);
        Assert.Equal(ceremony.GroupKeyOf(0, 1, 2, 3), finished[2].Genesis.Commitments[0]);
    }

    public static TheoryData<string, string> BadDeals() => new()
    {
        { "no proof", "it did not prove that it knows its secret" },
        { "another's proof", "it did not prove that it knows its secret" },
        { "no point", "its commitment 1 is no point of G2" },
        { "too few commitments", "2 commitments and 4 shares; 3 and 4 make a deal" },
        { "too few shares", "3 commitments and 3 shares; 3 and 4 make a deal" },
        { "another's polynomial", "it dealt another polynomial than it had committed to" },
    };

    [Theory]
    [MemberData(nameof(BadDeals))]
    public void A_dealer_whose_deal_is_none_is_disqualified_at_once_and_gets_its_key_nevertheless(string fault, string reason)
    {
        var ceremony = new TestCeremony(4);
        ceremony.Corrupt<CeremonyBody.Deal>(3, deal => fault switch
        {
            "no proof" => deal with { Proof = "" },
            "another's proof" => deal with { Proof = Deal(0).Proof },
            "no point" => deal with { Commitments = deal.Commitments.SetItem(1, new string('0', 192)) },
            "too few commitments" => deal with { Commitments = deal.Commitments[..2] },
            "too few shares" => deal with { Shares = deal.Shares[..3] },
            _ => deal with { Commitments = Deal(0).Commitments },
        });

        var finished = ceremony.Finish();

        Assert.Equal($"r3: {reason}", Assert.Single(finished[0].Disqualified).ToString());
        Assert.Equal(ceremony.GroupKeyOf(0, 1, 2), finished[0].Genesis.Commitments[0]);
        Signs(finished, 0, 2, 3);

        CeremonyBody.Deal Deal(int dealer) => (CeremonyBody.Deal)ceremony.Message(CeremonyRound.Deal, dealer).Body;
    }

    [Fact]
    public void A_dealer_that_commits_to_what_another_committed_to_cannot_deal_it()
    {
        var ceremony = new TestCeremony(4);
        ceremony.Corrupt<CeremonyBody.Commitment>(3, _ => ceremony.Message(CeremonyRound.Commit, 0).Body);
        ceremony.Corrupt<CeremonyBody.Deal>(3, _ => ceremony.Message(CeremonyRound.Deal, 0).Body);

        Assert.Equal("r3: it dealt another polynomial than it had committed to", Assert.Single(ceremony.Finish()[0].Disqualified).ToString());
    }

    [Theory]
    [InlineData(CeremonyRound.Commit)]
    [InlineData(CeremonyRound.Deal)]
    [InlineData(CeremonyRound.Complain)]
    public void A_replica_that_falls_silent_is_left_out_and_gets_its_key_when_it_comes_back(CeremonyRound from)
    {
        var ceremony = new TestCeremony(4).Silence(3, from);
        Waits(ceremony.Run()[0], from, 3);
        Waits(ceremony.Run()[2], from, 3);

        ceremony.LeaveOut(3);
        var finished = ceremony.Finish();

        Assert.Equal(ceremony.GroupKeyOf(0, 1, 2), finished[0].Genesis.Commitments[0]);
        Signs(finished, 1, 2, 3);
    }

    [Fact]
    public void A_replica_that_does_not_confirm_is_not_needed() => Signs(new TestCeremony(4).Silence(3, CeremonyRound.Confirm).Finish(faulty: 3), 0, 1, 2);

    [Fact]
    public void Fewer_dealers_than_a_quorum_make_no_keys()
    {
        var ceremony = new TestCeremony(4).Silence(3, CeremonyRound.Deal).Corrupt<CeremonyBody.Deal>(2, deal => deal with { Proof = "" });
        ceremony.Run();
        ceremony.LeaveOut(3);

        Assert.Equal(
            "2 of 4 dealers are left and 3 are needed; r2: it did not prove that it knows its secret; r3: left out by the operators",
            Assert.IsType<CeremonyStep.Fail>(ceremony.Run()[0]).Reason);
    }

    [Fact]
    public void Operators_that_leave_out_different_replicas_are_told()
    {
        var ceremony = new TestCeremony(7).Silence(5, CeremonyRound.Deal).Silence(6, CeremonyRound.Deal);
        ceremony.Run();
        ceremony.LeaveOut(5);
        ceremony.LeaveOut(6, by: [0, 1, 2, 3]);
        ceremony.Put(ceremony.Signed(6, ceremony.Message(CeremonyRound.Deal, 0) with { From = new ReplicaId(6) }, ceremony.Message(CeremonyRound.Deal, 0).Body));

        Assert.Equal("r0 goes on without r6 since deal, and this operator does not; all must leave out the same", Assert.IsType<CeremonyStep.Fail>(ceremony.Run()[4]).Reason);
    }

    [Fact]
    public void A_dealer_that_shows_different_deals_is_found_out_and_the_others_go_on_without_it()
    {
        var ceremony = new TestCeremony(4);
        ceremony.Run(before: CeremonyRound.Complain);
        var deal = ceremony.Message(CeremonyRound.Deal, 3);
        var other = ceremony.Signed(3, deal, (CeremonyBody.Deal)deal.Body with { Proof = "" });
        ceremony.Show(0, other);

        var steps = ceremony.Run();

        Assert.Equal("r1 rests on another deal of r3 than the one here; one of both is faulty, and the operators can go on without it", Assert.IsType<CeremonyStep.Fail>(steps[0]).Reason);
        ceremony.LeaveOut(3, by: [0, 1, 2]);
        Signs(ceremony.Finish(faulty: 3), 0, 1, 2);
    }

    [Fact]
    public void A_message_that_changes_after_this_operator_went_on_is_noticed()
    {
        var ceremony = new TestCeremony(4).Silence(3, CeremonyRound.Complain);
        ceremony.Run();
        Waits(ceremony.Advance(0), CeremonyRound.Complain, 3);
        var deal = ceremony.Message(CeremonyRound.Deal, 3);
        ceremony.Put(ceremony.Signed(3, deal, (CeremonyBody.Deal)deal.Body with { Proof = "" }));

        Assert.Equal(
            "r3 signed two different messages for deal: the one there now, and another that this operator's complain rests on; the operators can go on without r3",
            Assert.IsType<CeremonyStep.Fail>(ceremony.Advance(0)).Reason);
    }

    [Fact]
    public void Keys_that_a_quorum_does_not_confirm_are_none()
    {
        var one = new TestCeremony(4).Corrupt<CeremonyBody.Confirmation>(3, other => other with { Genesis = new string('0', 64) });
        one.Finish(faulty: 3);
        var two = new TestCeremony(4)
            .Corrupt<CeremonyBody.Confirmation>(3, other => other with { Genesis = new string('0', 64) })
            .Corrupt<CeremonyBody.Confirmation>(2, other => other with { Share = "" });

        Assert.Equal("r2, r3 did not confirm the same keys, so that there is no quorum of 3", Assert.IsType<CeremonyStep.Fail>(two.Run()[0]).Reason);
    }

    [Fact]
    public void Too_many_are_not_left_out_and_nobody_is_once_keys_are_confirmed()
    {
        var ceremony = new TestCeremony(4).Silence(2, CeremonyRound.Confirm).Silence(3, CeremonyRound.Confirm);
        Assert.Equal("without r2, r3 there are 2 of 4 dealers; 3 are needed", Assert.Throws<ConfigurationProblemException>(() =>
            ceremony.States[0].Without([new ReplicaId(2), new ReplicaId(3)])).Message);
        Assert.Equal("a replica to leave out is 4; allowed: 0 to 3", Assert.Throws<ConfigurationProblemException>(() => ceremony.LeaveOut(4, by: 0)).Message);
        Waits(ceremony.Run()[0], CeremonyRound.Confirm, 2, 3);

        Assert.Equal("r0 has confirmed the keys; nobody can be left out any more", Assert.Throws<ConfigurationProblemException>(() => ceremony.LeaveOut(3, by: 0)).Message);
    }

    [Fact]
    public void No_secret_is_published()
    {
        var ceremony = new TestCeremony(4);
        var finished = ceremony.Finish();
        var published = string.Concat(ceremony.Published.Select(message => CeremonyMessageFile.Encode(message).ToJsonString()));
        var secrets = ceremony.States.SelectMany(state => (byte[][])
            [state.IdentitySecret, state.EncryptionSecret, .. state.PolynomialBytes.ToArray().Chunk(BlsSecretKey.Size), .. Shares(state)])
            .Concat(finished.Select(finish => finish.Keys.ShareSecret)).ToArray();

        Assert.Equal(4 * (1 + 1 + 3 + 4 + 1), secrets.Length);
        Assert.All(secrets, secret => Assert.DoesNotContain(Convert.ToHexString(secret), published, StringComparison.OrdinalIgnoreCase));

        static IEnumerable<byte[]> Shares(CeremonyState state) =>
            Enumerable.Range(0, 4).Select(i => Convert.FromHexString(Dealing.Reveal(state.Polynomial(), new ReplicaId(i)).Share));
    }

    private static SignatureShare Share(ReplicaKeys keys)
    {
        using var signer = keys.CreateSigner();
        return new SignatureShare(keys.Replica, signer.SignShare(Statement));
    }

    private static Signature Combine(IQuorumScheme scheme, SignatureShare[] shares) => Assert.IsType<CombineResult.Combined>(scheme.Combine(Statement, shares)).Signature;

    /// <summary>These of the operators that finished sign together.</summary>
    private static void Signs(CeremonyStep.Finish[] finished, params int[] signers)
    {
        var scheme = finished[0].Genesis.CreateScheme();
        var shares = signers.Select(i => Share(finished[i].Keys)).ToArray();
        Assert.True(scheme.VerifyCombined(Statement, Combine(scheme, shares)));
    }

    private static void Waits(CeremonyStep step, CeremonyRound round, params int[] replicas)
    {
        var wait = Assert.IsType<CeremonyStep.Wait>(step);
        Assert.Equal((round, string.Join(' ', replicas)), (wait.Round, string.Join(' ', wait.For.Select(replica => replica.Index))));
    }
}
