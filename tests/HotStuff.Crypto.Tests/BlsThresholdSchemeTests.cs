using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

public class BlsThresholdSchemeTests
{
    private static readonly SchemeGroup Group = SchemeGroup.Of("bls");

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(3, 1, 0)]
    [InlineData(1, 2, 3)]
    public void Any_quorum_makes_the_same_certificate(int first, int second, int third) =>
        Assert.Equal(Group.Certificate(0, 2, 3), Group.Certificate(first, second, third));

    [Theory]
    [InlineData("bls")]
    [InlineData("bls-multi")]
    public void A_bad_share_is_found_when_it_is_combined_and_its_signer_is_verified_from_then_on(string signatures)
    {
        var group = SchemeGroup.Of(signatures);
        var scheme = group.Genesis.CreateScheme();
        var bad = group.Share(2) with { Signature = group.Share(1).Signature };
        Assert.True(scheme.VerifyShare(group.Statement, bad));

        var refused = Assert.IsType<CombineResult.BadShares>(scheme.Combine(group.Statement, [group.Share(0), group.Share(1), bad]));

        Assert.Equal([new ReplicaId(2)], refused.Signers);
        Assert.False(scheme.VerifyShare(group.Statement, bad));
        Assert.True(scheme.VerifyShare(group.Statement, group.Share(2)));
        Assert.True(scheme.VerifyCombined(group.Statement, group.Certificate(scheme, group.Shares([0, 1, 2]))));
    }

    [Fact]
    public void Bytes_that_are_no_point_are_blamed_like_any_bad_share()
    {
        var garbage = new SignatureShare(new ReplicaId(3), new Signature(new byte[BlsSignature.UncompressedSize]));

        var refused = Assert.IsType<CombineResult.BadShares>(Group.Genesis.CreateScheme().Combine(Group.Statement, [Group.Share(0), Group.Share(1), garbage]));

        Assert.Equal([new ReplicaId(3)], refused.Signers);
    }

    [Fact]
    public void Combining_is_for_who_may_be_kept_busy() => Assert.False(new MessageVerifier(Group.Genesis).CombinesAtOnce);

    [Fact]
    public void Commitments_that_do_not_fit_are_refused()
    {
        var genesis = Group.Genesis;
        Assert.Equal(3, genesis.Commitments.Length);
        Refused("of another group than the share key of validator 0", KeyGenerator.Generate("other", 4, signatures: "bls").Genesis.Commitments);
        Refused("2; 3 make the threshold of 4 validators", genesis.Commitments.Take(2));
        Refused("no point of G2 at position 1", genesis.Commitments.SetItem(1, new string('0', 192)));
        Refused("no point of G2 at position 2", genesis.Commitments.SetItem(2, "x"));

        void Refused(string why, IEnumerable<string> commitments)
        {
            var problem = Assert.Throws<ConfigurationProblemException>(() =>
                Genesis.Create("bls", "chained", "round-robin", "bls", genesis.Limits, genesis.Validators, commitments));
            Assert.Equal($"genesis: commitments are {why}", problem.Message);
        }
    }

    [Theory]
    [InlineData("bls")]
    [InlineData("bls-multi")]
    public void A_share_secret_that_is_no_number_below_the_order_is_refused(string signatures) =>
        Assert.Null(SignatureSuites.Get(signatures).ImportShare(Enumerable.Repeat((byte)0xff, BlsSecretKey.Size).ToArray()));
}
