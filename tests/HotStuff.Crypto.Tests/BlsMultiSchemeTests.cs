using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

public sealed class BlsMultiSchemeTests
{
    private static readonly SchemeGroup Group = SchemeGroup.Of("bls-multi");

    private readonly IQuorumScheme _scheme = Group.Genesis.CreateScheme();

    [Fact]
    public void A_certificate_names_its_signers_and_adds_up_their_shares()
    {
        var shares = Group.Shares([3, 0, 2]);

        var certificate = Group.Certificate(_scheme, shares).Bytes;

        var sum = new byte[48];
        Assert.True(BlsSignature.TryAggregate(shares.Select(share => share.Signature.Bytes), sum));
        Assert.Equal([0b1101, .. sum], certificate.ToArray());
        Assert.Equal(0b0111, Group.Certificate(_scheme, Group.Shares([1, 0, 2, 3])).Bytes.Span[0]);
    }

    [Fact]
    public void A_certificate_verifies_under_the_bitmap_of_its_signers_only()
    {
        var certificate = Group.Certificate(0, 1, 3).Bytes.ToArray();
        for (var bitmap = 0; bitmap < 256; bitmap++)
            Assert.Equal(bitmap == 0b1011, _scheme.VerifyCombined(Group.Statement, new Signature((byte[])[(byte)bitmap, .. certificate[1..]])));
    }

    [Theory]
    [InlineData("ff 7f 00", true, "validators 0 to 14")]
    [InlineData("fe ff 00", true, "validators 1 to 15")]
    [InlineData("01 ff 3f", true, "validator 0 and the last 14")]
    [InlineData("00 ff 3f", false, "one signer fewer")]
    [InlineData("ff ff 00", false, "one signer more")]
    [InlineData("00 00 00", false, "nobody")]
    [InlineData("ff ff ff", false, "all, and validators 22 and 23, who are none")]
    [InlineData("ff 3f 40", false, "validator 22, the first who is none")]
    [InlineData("ff 3f 80", false, "validator 23")]
    public void A_bitmap_is_of_exactly_a_quorum_of_validators(string bitmap, bool accepted, string why)
    {
        var committee = new Committee(default, Epoch.Genesis, 22);
        Assert.Equal((3, 15), (SignerBitmap.SizeOf(committee), committee.Quorum));
        var bytes = Convert.FromHexString(bitmap.Replace(" ", "", StringComparison.Ordinal));

        var signers = SignerBitmap.TryRead(committee, bytes);

        Assert.True(accepted == signers is not null, why);
        if (signers is not null)
            Assert.Equal(bytes, SignerBitmap.Of(committee, signers));
    }

    [Fact]
    public void A_share_is_no_proof_of_possession_and_a_proof_no_share()
    {
        var key = Group.Genesis.Validators[1].ShareKey;
        var point = Convert.FromHexString(key[..192]);
        var signed = new byte[48];
        Assert.True(BlsSignature.TryAggregate([Group.Share(1, point).Signature.Bytes], signed));
        var suite = SignatureSuites.Get("bls-multi");

        Assert.True(suite.IsShareKey(key));
        Assert.False(suite.IsShareKey(key[..192] + Convert.ToHexStringLower(signed)));
        var proof = new SignatureShare(new ReplicaId(1), new Signature(Convert.FromHexString(key[192..])));
        Assert.False(BlsKeyText.Read(key[..192]).Verify(HashedMessage.OfAggregate(point), proof.Signature.Bytes.Span));
    }

    [Fact]
    public void A_rogue_key_would_sign_for_others_and_a_genesis_with_one_is_refused()
    {
        // Validator 3 publishes a key that it knows, less those of validators 0 and 1, and the proof that it can make: of the key that it knows.
        using var known = BlsSecretKey.Generate();
        var rogue = BlsPublicKey.Aggregate([known.ToPublicKey(), NegativeKeyOf(0), NegativeKeyOf(1)]);
        var proof = new byte[48];
        known.ProvePossession(proof);
        var validators = Group.Genesis.Validators.SetItem(
            3, Group.Genesis.Validators[3] with { ShareKey = BlsKeyText.Of(rogue) + Convert.ToHexStringLower(proof) });

        // Nobody but validator 3 signs this.
        var forged = new byte[48];
        known.Sign(HashedMessage.OfAggregate(Group.Statement), forged);
        var unverified = SignatureSuites.Get("bls-multi").CreateScheme(Group.Genesis.Committee, [.. validators.Select(validator => validator.ShareKey)], []);
        Assert.True(unverified.VerifyCombined(Group.Statement, new Signature((byte[])[0b1011, .. forged])));

        var problem = Assert.Throws<ConfigurationProblemException>(() =>
            Genesis.Create("rogue", "chained", "round-robin", "bls-multi", Group.Genesis.Limits, validators));
        Assert.StartsWith("genesis: validators[3].shareKey is \"", problem.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "allowed: a public key of bls-multi, a point of G2 and the proof of possession of its secret, together 288 hexadecimal digits",
            problem.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_without_their_proofs_or_with_anothers_or_with_commitments_are_refused()
    {
        var suite = SignatureSuites.Get("bls-multi");
        var (first, second) = (Group.Genesis.Validators[0].ShareKey, Group.Genesis.Validators[1].ShareKey);

        Assert.False(suite.IsShareKey(first[..192]));
        Assert.False(suite.IsShareKey(first[..192] + second[192..]));
        Assert.False(suite.IsShareKey(first + "00"));
        Assert.False(suite.IsShareKey(new string('0', 288)));
        Assert.False(suite.IsShareKey(new string('x', 288)));
        var problem = Assert.Throws<ConfigurationProblemException>(() =>
            Genesis.Create("c", "chained", "round-robin", "bls-multi", Group.Genesis.Limits, Group.Genesis.Validators, [first]));
        Assert.Equal("genesis: commitments are 1; bls-multi has none", problem.Message);
    }

    [Fact]
    public void The_largest_committees_keys_fit_a_genesis_file()
    {
        var largest = KeyGenerator.Generate("large", Committee.MaxSize, signatures: "bls-multi").Genesis;
        using var directory = new TestDirectory();
        largest.Save(directory.File("genesis.json"));

        Assert.Equal(largest.ChainId, Genesis.Load(directory.File("genesis.json")).ChainId);
    }

    [Fact]
    public void A_scheme_is_of_a_committee_and_keys_that_fit()
    {
        var keys = new MultiSignatureKeys(Group.Genesis.Validators.Select(validator => BlsKeyText.Read(validator.ShareKey[..192])), 2);

        Assert.Throws<ArgumentException>(() => new BlsMultiScheme(Group.Genesis.Committee, keys));
    }

    private static BlsPublicKey NegativeKeyOf(int validator)
    {
        var bytes = Convert.FromHexString(Group.Genesis.Validators[validator].ShareKey[..192]);
        bytes[0] ^= 0x20;
        return BlsPublicKey.TryRead(bytes)!;
    }
}
