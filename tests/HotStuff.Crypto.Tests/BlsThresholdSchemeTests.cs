using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

public class BlsThresholdSchemeTests
{
    private static readonly (Genesis Genesis, IReadOnlyList<ReplicaKeys> Keys) Group = KeyGenerator.Generate("bls", 4, signatures: "bls");
    private static readonly IReadOnlyList<ReplicaSigner> Signers = [.. Group.Keys.Select(keys => keys.CreateSigner())];
    private static readonly byte[] Statement = SignedBytes.Vote(Group.Genesis.ChainId, TestChain.Statement(3));

    private readonly IQuorumScheme _scheme = Group.Genesis.CreateScheme();

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(3, 1, 0)]
    [InlineData(1, 2, 3)]
    public void Any_quorum_makes_the_same_certificate_of_48_bytes(int first, int second, int third)
    {
        var certificate = Combined(Share(first), Share(second), Share(third));

        Assert.Equal(48, certificate.Bytes.Length);
        Assert.Equal(Combined(Share(0), Share(2), Share(3)), certificate);
        Assert.True(_scheme.VerifyCombined(Statement, certificate));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(10)]
    public void A_certificate_is_as_small_with_more_replicas(int replicas)
    {
        var (genesis, keys) = KeyGenerator.Generate("bls", replicas, signatures: "bls");
        var scheme = genesis.CreateScheme();
        var shares = keys.Take(genesis.Committee.Quorum).Select(key => new SignatureShare(key.Replica, key.CreateSigner().SignShare(Statement))).ToArray();

        var certificate = Assert.IsType<CombineResult.Combined>(scheme.Combine(Statement, shares)).Signature;

        Assert.Equal(48, certificate.Bytes.Length);
        Assert.True(scheme.VerifyCombined(Statement, certificate));
        Assert.Throws<ArgumentException>(() => scheme.Combine(Statement, shares[1..]));
    }

    [Fact]
    public void A_certificate_says_nothing_about_another_statement_or_group_and_no_flipped_bit_is_overlooked()
    {
        var certificate = Combined(Share(0), Share(1), Share(2));

        Assert.False(_scheme.VerifyCombined(SignedBytes.Vote(Group.Genesis.ChainId, TestChain.Statement(4)), certificate));
        Assert.False(KeyGenerator.Generate("bls", 4, signatures: "bls").Genesis.CreateScheme().VerifyCombined(Statement, certificate));
        Assert.False(_scheme.VerifyCombined(Statement, Signature.None));
        Assert.False(_scheme.VerifyCombined(Statement, Share(0).Signature));
        for (var bit = 0; bit < 48 * 8; bit += 13)
            Assert.False(_scheme.VerifyCombined(Statement, certificate.Flip(bit)));
    }

    [Fact]
    public void A_bad_share_is_found_when_it_is_combined_and_its_signer_is_verified_from_then_on()
    {
        var bad = Share(2) with { Signature = Share(1).Signature };
        Assert.True(_scheme.VerifyShare(Statement, bad));

        var refused = Assert.IsType<CombineResult.BadShares>(_scheme.Combine(Statement, [Share(0), Share(1), bad]));

        Assert.Equal([new ReplicaId(2)], refused.Signers);
        Assert.False(_scheme.VerifyShare(Statement, bad));
        Assert.True(_scheme.VerifyShare(Statement, Share(2)));
        Assert.True(_scheme.VerifyCombined(Statement, Combined(Share(0), Share(1), Share(2))));
    }

    [Fact]
    public void What_does_not_look_like_a_share_is_not_counted()
    {
        Assert.False(_scheme.VerifyShare(Statement, Share(0) with { Signer = new ReplicaId(4) }));
        Assert.False(_scheme.VerifyShare(Statement, Share(0) with { Signer = new ReplicaId(-1) }));
        Assert.False(_scheme.VerifyShare(Statement, new SignatureShare(new ReplicaId(0), new Signature(new byte[64]))));
        var garbage = new SignatureShare(new ReplicaId(3), new Signature(new byte[96]));
        Assert.Equal([new ReplicaId(3)], Assert.IsType<CombineResult.BadShares>(_scheme.Combine(Statement, [Share(0), Share(1), garbage])).Signers);
    }

    [Fact]
    public void A_verifier_of_votes_and_complaints_makes_certificates_of_both_kinds()
    {
        var verifier = new MessageVerifier(Group.Genesis);
        Assert.False(verifier.CombinesAtOnce);
        var complaint = TestChain.Giving(9);

        var qc = verifier.Combine(TestChain.Statement(3), [Share(0), Share(1), Share(3)]).Certificate!.Value;
        var tc = verifier.Combine(complaint, [.. Signers.Skip(1).Select(signer =>
            new SignatureShare(signer.Replica, signer.SignShare(SignedBytes.Complaint(Group.Genesis.ChainId, complaint))))]).Certificate!.Value;

        var other = new MessageVerifier(Group.Genesis);
        Assert.NotNull(other.Verify(new Unverified<QuorumCertificate>(qc)).Value);
        Assert.NotNull(other.Verify(new Unverified<TimeoutCertificate>(tc)).Value);
        Assert.Equal(Refusal.BadCertificate, other.Verify(new Unverified<TimeoutCertificate>(tc with { Statement = TestChain.Giving(8) })).Reason);
    }

    [Fact]
    public void Genesis_and_key_files_of_a_group_are_read_back_and_commitments_that_do_not_fit_are_refused()
    {
        using var directory = new TestDirectory();
        var file = directory.File("genesis.json");
        Group.Genesis.Save(file);
        ReplicaKeyFile.Save(directory.File("replica-2.key"), Group.Keys[2]);
        var read = Genesis.Load(file);

        Assert.Equal((Group.Genesis.ChainId, 3), (read.ChainId, read.Commitments.Length));
        using var signer = ReplicaKeyFile.Load(directory.File("replica-2.key"), read);
        Assert.Equal(Share(2).Signature, signer.SignShare(Statement));

        var other = KeyGenerator.Generate("bls", 4, signatures: "bls").Genesis;
        Refused("of another group than the share key of validator 0", other.Commitments);
        Refused("2; 3 make the threshold of 4 validators", read.Commitments.Take(2));
        Refused("no point of G2 at position 1", read.Commitments.SetItem(1, new string('0', 192)));
        Refused("no point of G2 at position 2", read.Commitments.SetItem(2, "x"));

        void Refused(string why, IEnumerable<string> commitments)
        {
            var problem = Assert.Throws<ConfigurationProblemException>(() =>
                Genesis.Create("bls", "chained", "round-robin", "bls", read.Limits, read.Validators, commitments));
            Assert.Equal($"genesis: commitments are {why}", problem.Message);
        }
    }

    [Fact]
    public void A_share_secret_that_is_no_number_below_the_order_is_refused() =>
        Assert.Null(SignatureSuites.Get("bls").ImportShare(Enumerable.Repeat((byte)0xff, BlsSecretKey.Size).ToArray()));

    private static SignatureShare Share(int replica) => new(new ReplicaId(replica), Signers[replica].SignShare(Statement));

    private Signature Combined(params SignatureShare[] shares) => Assert.IsType<CombineResult.Combined>(_scheme.Combine(Statement, shares)).Signature;
}
