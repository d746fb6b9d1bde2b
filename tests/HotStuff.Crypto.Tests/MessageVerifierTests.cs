using CsCheck;
using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

public sealed class MessageVerifierTests
{
    private readonly TestChain _chain = TestChain.Of(4);
    private readonly MessageVerifier _verifier = new(TestChain.Of(4).Genesis);

    [Fact]
    public void An_honest_proposal_verifies_with_and_without_an_entry_certificate()
    {
        var first = _chain.Propose(_chain.Child(_chain.GenesisQc, 1, 1));
        var afterTimeout = _chain.Propose(_chain.Child(_chain.Qc(first.Block), 4, 2, proposer: 3), _chain.Tc(3));

        Assert.Same(first, _verifier.Verify(first.Unchecked()).Value?.Value);
        Assert.Same(afterTimeout, _verifier.Verify(afterTimeout.Unchecked()).Value?.Value);
    }

    [Fact]
    public void A_proposal_is_refused_for_its_first_fault()
    {
        var qc = _chain.Qc(TestChain.Statement(2));
        var good = _chain.Propose(_chain.Child(qc, 4, 3), _chain.Tc(3));
        var stranger = Block.Create(_chain.Id, Epoch.Genesis, new View(4), new Height(3), new ReplicaId(4), qc, []);

        Refused(Refusal.WrongEpoch, _chain.Propose(_chain.Child(qc, 4, 3, epoch: new Epoch(1)), _chain.Tc(3)));
        Refused(Refusal.UnknownReplica, good with { Block = stranger });
        Refused(Refusal.Malformed, _chain.Propose(_chain.Child(qc, long.MaxValue, 3)));
        Refused(Refusal.Malformed, _chain.Propose(_chain.Child(qc, 4, 0)));
        Refused(Refusal.WrongParent, _chain.Propose(_chain.Child(qc, 2, 3)));
        Refused(Refusal.WrongParent, _chain.Propose(_chain.Child(qc, 1, 3)));
        Refused(Refusal.NoEntryCertificate, good with { EntryCertificate = _chain.Tc(2) });
        Refused(Refusal.BadSignature, good with { Signature = good.Signature.Flip(5) });
        Refused(Refusal.BadSignature, good with { Signature = Signature.None });
        Refused(Refusal.BadSignature, good with { Block = _chain.Child(qc, 4, 3, proposer: 2) });
        Refused(Refusal.BadCertificate, _chain.Propose(_chain.Child(qc with { Signature = qc.Signature.Flip(77) }, 4, 3), _chain.Tc(3)));
        Refused(Refusal.BadCertificate, _chain.Propose(_chain.Child(qc with { Statement = TestChain.Statement(3) }, 4, 3), _chain.Tc(3)));
        Refused(Refusal.BadCertificate, good with { EntryCertificate = _chain.Tc(3) with { Signature = _chain.Tc(2).Signature } });
    }

    [Fact]
    public void A_vote_verifies_only_as_it_was_signed()
    {
        var vote = _chain.Vote(2, TestChain.Statement(5));

        Assert.Same(vote, _verifier.Verify(vote.Unchecked()).Value?.Value);
        Refused(Refusal.WrongEpoch, vote with { Statement = vote.Statement with { Epoch = new Epoch(1) } });
        Refused(Refusal.UnknownReplica, vote with { Share = vote.Share with { Signer = new ReplicaId(4) } });
        Refused(Refusal.UnknownReplica, vote with { Share = vote.Share with { Signer = new ReplicaId(-1) } });
        Refused(Refusal.Malformed, vote with { Statement = vote.Statement with { Phase = (Phase)4 } });
        Refused(Refusal.Malformed, _chain.Vote(2, TestChain.Statement(0)));
        Refused(Refusal.Malformed, _chain.Vote(2, TestChain.Statement(-1)));
        Refused(Refusal.Malformed, _chain.Vote(2, TestChain.Statement(long.MaxValue)));
        Refused(Refusal.BadSignature, vote with { Share = vote.Share with { Signer = new ReplicaId(1) } });
        Refused(Refusal.BadSignature, vote with { Statement = TestChain.Statement(6) });
        Refused(Refusal.BadSignature, vote with { Statement = TestChain.Statement(5, block: 8) });
        Refused(Refusal.BadSignature, vote with { Statement = vote.Statement with { Phase = Phase.Prepare } });
    }

    [Fact]
    public void A_complaint_verifies_with_all_that_it_carries()
    {
        var qc = _chain.Qc(TestChain.Statement(3));
        var last = _chain.Vote(2, TestChain.Statement(4));
        var good = _chain.Complain(2, 5, qc, _chain.Tc(4), last);

        Assert.Same(good, _verifier.Verify(good.Unchecked()).Value?.Value);
        Assert.NotNull(_verifier.Verify(_chain.Complain(0, 1).Unchecked()).Value);
        Refused(Refusal.WrongEpoch, good with { Statement = good.Statement with { Epoch = new Epoch(1) } });
        Refused(Refusal.UnknownReplica, good with { Share = good.Share with { Signer = new ReplicaId(4) } });
        Refused(Refusal.Malformed, _chain.Complain(2, 0));
        Refused(Refusal.Malformed, good with { LastVote = _chain.Vote(1, TestChain.Statement(4)) });
        Refused(Refusal.NoEntryCertificate, good with { EntryCertificate = _chain.Tc(5) });
        Refused(Refusal.BadSignature, good with { Share = _chain.Share(2, TestChain.Giving(6)) });
        Refused(Refusal.BadSignature, good with { LastVote = last with { Statement = TestChain.Statement(4, block: 9) } });
        Refused(Refusal.BadCertificate, good with { HighQc = qc with { Statement = TestChain.Statement(4) } });
        Refused(Refusal.BadCertificate, good with { EntryCertificate = _chain.Tc(4) with { Signature = qc.Signature } });
    }

    [Fact]
    public void A_next_view_message_verifies_by_its_certificates()
    {
        var good = new NextView(new ReplicaId(3), _chain.Qc(TestChain.Statement(3)), _chain.Tc(4));

        Assert.NotNull(_verifier.Verify(good.Unchecked()).Value);
        Assert.NotNull(_verifier.Verify((good with { TimeoutCertificate = null }).Unchecked()).Value);
        Assert.Equal(Refusal.UnknownReplica, _verifier.Verify((good with { Sender = new ReplicaId(9) }).Unchecked()).Reason);
        var forgedQc = good with { HighQc = _chain.Qc(TestChain.Statement(3)) with { Signature = Signature.None } };
        Assert.Equal(Refusal.BadCertificate, _verifier.Verify(forgedQc.Unchecked()).Reason);
        var forgedTc = good with { TimeoutCertificate = new TimeoutCertificate(TestChain.Giving(9), _chain.Tc(4).Signature) };
        Assert.Equal(Refusal.BadCertificate, _verifier.Verify(forgedTc.Unchecked()).Reason);
    }

    [Fact]
    public void Only_the_genesis_certificate_is_valid_in_view_zero()
    {
        var genesis = _chain.GenesisQc;
        var atZero = TestChain.Statement(0);

        Assert.NotNull(_verifier.Verify(genesis.Unchecked()).Value);
        Refused(Refusal.BadCertificate, genesis with { Signature = new Signature(new byte[1]) });
        Refused(Refusal.BadCertificate, genesis with { Statement = genesis.Statement with { Phase = Phase.Prepare } });
        Refused(Refusal.BadCertificate, genesis with { Statement = atZero });
        Refused(Refusal.BadCertificate, _chain.Qc(atZero));
        Refused(Refusal.BadCertificate, genesis with { Statement = genesis.Statement with { View = new View(1) } });
        Refused(Refusal.WrongEpoch, genesis with { Statement = genesis.Statement with { Epoch = new Epoch(1) } });
        Assert.Equal(Refusal.BadCertificate, _verifier.Verify(_chain.Tc(0).Unchecked()).Reason);
    }

    [Fact]
    public void A_signature_of_one_kind_is_none_of_another()
    {
        var statement = TestChain.Statement(5);
        var share = _chain.Share(2, TestChain.Giving(5));
        var identity = _chain.Signers[2].Sign(SignedBytes.Vote(_chain.Id, statement));

        Refused(Refusal.BadSignature, new Vote(statement, share));
        Refused(Refusal.BadSignature, new Vote(statement, share with { Signature = identity }));
        Refused(Refusal.BadCertificate, new QuorumCertificate(statement, _chain.Tc(5).Signature));
    }

    [Fact]
    public void A_signature_of_another_chain_is_worth_nothing()
    {
        var other = TestChain.Other(4);
        var statement = TestChain.Statement(5);

        Assert.Equal(other.Genesis.Validators[0].ShareKey, _chain.Genesis.Validators[0].ShareKey);
        Refused(Refusal.BadSignature, other.Vote(2, statement));
        Refused(Refusal.BadCertificate, other.Qc(statement));
        Refused(Refusal.BadCertificate, other.GenesisQc);
        Refused(Refusal.BadSignature, other.Propose(other.Child(_chain.GenesisQc, 1, 1)));
    }

    [Fact]
    public void A_certificate_seen_again_is_not_verified_again()
    {
        var qc = _chain.Qc(TestChain.Statement(3));
        var copy = qc with { Signature = new Signature(qc.Signature.Bytes.ToArray()) };

        Assert.NotNull(_verifier.Verify(qc.Unchecked()).Value);
        Assert.NotNull(_verifier.Verify(copy.Unchecked()).Value);

        Assert.Equal(1, _verifier.CertificateVerifications);
        Assert.Equal(1, _verifier.CertificateHits);
    }

    [Fact]
    public void A_known_certificate_vouches_for_no_other_statement_kind_or_signature()
    {
        var qc = _chain.Qc(TestChain.Statement(3));
        var tc = _chain.Tc(3);
        Assert.NotNull(_verifier.Verify(qc.Unchecked()).Value);
        Assert.NotNull(_verifier.Verify(tc.Unchecked()).Value);

        Refused(Refusal.BadCertificate, qc with { Statement = TestChain.Statement(4) });
        Refused(Refusal.BadCertificate, qc with { Statement = TestChain.Statement(3, block: 8) });
        Refused(Refusal.BadCertificate, qc with { Statement = qc.Statement with { Phase = Phase.Commit } });
        Refused(Refusal.BadCertificate, qc with { Signature = tc.Signature });
        Refused(Refusal.BadCertificate, qc with { Signature = qc.Signature.Flip(1000) });
        Assert.Equal(Refusal.BadCertificate, _verifier.Verify((tc with { Statement = TestChain.Giving(4) }).Unchecked()).Reason);
        Assert.Equal(0, _verifier.CertificateHits);
    }

    [Fact]
    public void A_combined_certificate_is_known_from_the_start()
    {
        var statement = TestChain.Statement(3);

        var qc = _verifier.Combine(statement, _chain.Votes(statement)).Certificate!.Value;
        var complaints = Enumerable.Range(1, 3).Select(i => _chain.Share(i, TestChain.Giving(3))).ToArray();
        var tc = _verifier.Combine(TestChain.Giving(3), complaints).Certificate!.Value;

        Assert.Equal(_chain.Qc(statement), qc);
        Assert.NotNull(_verifier.Verify(qc.Unchecked()).Value);
        Assert.NotNull(_verifier.Verify(tc.Unchecked()).Value);
        Assert.Equal(0, _verifier.CertificateVerifications);
        Assert.NotNull(new MessageVerifier(_chain.Genesis).Verify(tc.Unchecked()).Value);
    }

    [Fact]
    public void Combining_blames_the_signers_of_bad_shares()
    {
        var statement = TestChain.Statement(3);
        SignatureShare[] votes = [.. _chain.Votes(statement, 2), _chain.Vote(2, TestChain.Statement(4)).Share];
        SignatureShare[] complaints = [.. Enumerable.Range(0, 3).Select(i => _chain.Share(i, TestChain.Giving(i == 1 ? 8 : 3)))];

        var qc = _verifier.Combine(statement, votes);
        var tc = _verifier.Combine(TestChain.Giving(3), complaints);

        Assert.Null(qc.Certificate);
        Assert.Equal([new ReplicaId(2)], qc.BadSigners.ToArray());
        Assert.Null(tc.Certificate);
        Assert.Equal([new ReplicaId(1)], tc.BadSigners.ToArray());
    }

    [Fact]
    public void Verified_votes_and_own_votes_cost_nothing_when_they_come_back()
    {
        var known = new ShareCache();
        var scheme = (Ed25519QuorumScheme)_chain.Genesis.CreateScheme(known);
        var verifier = new MessageVerifier(_chain.Committee, scheme, new IdentityKeys(_chain.Genesis), known);
        var statement = TestChain.Statement(3);
        var complaint = _chain.Complain(0, 4, last: _chain.Vote(0, statement));
        // What replica 0 signs in this process.
        var own = new RememberingSigner(_chain.Signers[0], known);
        own.SignShare(SignedBytes.Vote(_chain.Committee.Chain, statement));
        own.SignShare(SignedBytes.Complaint(_chain.Committee.Chain, complaint.Statement));
        foreach (var i in new[] { 1, 2 })
            Assert.NotNull(verifier.Verify(_chain.Vote(i, statement).Unchecked()).Value);

        Assert.NotNull(verifier.Combine(statement, _chain.Votes(statement)).Certificate);
        Assert.NotNull(verifier.Verify(complaint.Unchecked()).Value);
        Assert.NotNull(verifier.Verify(_chain.Qc(statement).Unchecked()).Value);

        Assert.Equal(2, scheme.Verifications);
    }

    [Fact]
    public void Verification_is_the_same_from_many_threads()
    {
        var messages = Enumerable.Range(0, 64).Select(i => i % 3 == 0
            ? _chain.Vote(i % 4, TestChain.Statement(i + 1)) with { Statement = TestChain.Statement(i + 2) }
            : _chain.Vote(i % 4, TestChain.Statement(1 + (i % 5)))).ToArray();
        var good = new bool[messages.Length];

        Parallel.For(0, messages.Length, i => good[i] = _verifier.Verify(messages[i].Unchecked()).Value is not null);

        Assert.Equal(Enumerable.Range(0, 64).Select(i => i % 3 != 0), good);
    }

    [Fact]
    public void Random_signatures_and_numbers_never_throw() =>
        Gen.Select(Gen.Long, Gen.Long, Gen.Int[-2, 5], Gen.Byte, Gen.Byte.Array[0, 300]).Sample((epoch, view, signer, phase, bytes) =>
        {
            var statement = new VoteStatement(new Epoch(epoch), new View(view), default, (Phase)phase);
            var giving = new ComplaintStatement(new Epoch(epoch & 1), new View(view));
            var share = new SignatureShare(new ReplicaId(signer), new Signature(bytes));
            var qc = new QuorumCertificate(statement with { Epoch = Epoch.Genesis }, share.Signature);
            var tc = new TimeoutCertificate(giving, share.Signature);
            var block = Block.Create(_chain.Id, Epoch.Genesis, new View(view), new Height(epoch), share.Signer, qc, []);

            Assert.NotNull(_verifier.Verify(new Vote(statement, share).Unchecked()).Reason);
            Assert.NotNull(_verifier.Verify(new Complaint(giving, share, qc, tc, new Vote(statement, share)).Unchecked()).Reason);
            Assert.NotNull(_verifier.Verify(new NextView(share.Signer, qc, tc).Unchecked()).Reason);
            Assert.NotNull(_verifier.Verify(new Proposal(block, tc, share.Signature).Unchecked()).Reason);
        });

    [Fact]
    public void Identity_signatures_prove_the_replica_and_the_link()
    {
        var keys = new IdentityKeys(_chain.Genesis);
        var (prover, challenger) = (new ReplicaId(1), new ReplicaId(0));
        var proof = _chain.Signers[1].Sign(SignedBytes.LinkProof(_chain.Id, prover, challenger, 11, 22, 33));

        Assert.True(keys.Verify(prover, SignedBytes.LinkProof(_chain.Id, prover, challenger, 11, 22, 33), proof));
        Assert.False(keys.Verify(prover, SignedBytes.LinkProof(_chain.Id, prover, challenger, 12, 22, 33), proof));
        Assert.False(keys.Verify(prover, SignedBytes.LinkProof(_chain.Id, prover, new ReplicaId(2), 11, 22, 33), proof));
        Assert.False(keys.Verify(challenger, SignedBytes.LinkProof(_chain.Id, prover, challenger, 11, 22, 33), proof));
        Assert.False(keys.Verify(new ReplicaId(4), SignedBytes.LinkProof(_chain.Id, prover, challenger, 11, 22, 33), proof));
        Assert.False(keys.Verify(prover, SignedBytes.LinkProof(_chain.Id, prover, challenger, 11, 22, 33), Signature.None));
    }

    private void Refused(Refusal reason, Proposal proposal) => Assert.Equal(reason, _verifier.Verify(proposal.Unchecked()).Reason);

    private void Refused(Refusal reason, Vote vote) => Assert.Equal(reason, _verifier.Verify(vote.Unchecked()).Reason);

    private void Refused(Refusal reason, Complaint complaint) => Assert.Equal(reason, _verifier.Verify(complaint.Unchecked()).Reason);

    private void Refused(Refusal reason, QuorumCertificate certificate) => Assert.Equal(reason, _verifier.Verify(certificate.Unchecked()).Reason);
}
