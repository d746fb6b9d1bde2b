using System.Text;

namespace HotStuff.Consensus.Tests;

public class SignedBytesTests
{
    private static readonly ChainId Chain = new(Digest.Of("a chain"u8));
    private static readonly ChainId OtherChain = new(Digest.Of("another chain"u8));
    private static readonly BlockId A = new(Digest.Of("a"u8));
    private static readonly BlockId B = new(Digest.Of("b"u8));

    /// <summary>Everything that is signed is a tag behind its length, the chain, and the fields: laid out here by hand.</summary>
    [Fact]
    public void What_is_signed_are_these_bytes_for_ever()
    {
        var chain = Hex(Chain.Hash);
        var epoch = "0000000000000002";
        var view = "0000000000000007";
        var client = "00000000000000000000000000000009";

        Assert.Equal(
            Tag("hotstuff/vote/1") + chain + epoch + view + Hex(A.Hash) + "00",
            Hex(SignedBytes.Vote(Chain, new VoteStatement(new Epoch(2), new View(7), A, Phase.Generic))));
        Assert.Equal(
            Tag("hotstuff/complaint/1") + chain + epoch + view,
            Hex(SignedBytes.Complaint(Chain, new ComplaintStatement(new Epoch(2), new View(7)))));
        Assert.Equal(
            Tag("hotstuff/proposal/1") + chain + epoch + view + Hex(A.Hash),
            Hex(SignedBytes.Proposal(Chain, new Epoch(2), new View(7), A)));
        Assert.Equal(
            Tag("hotstuff/reply/1") + chain + "00000003" + client + Hex(B.Hash),
            Hex(SignedBytes.Reply(Chain, new ReplicaId(3), new ClientId(9), B.Hash)));
        Assert.Equal(
            Tag("hotstuff/link-proof/2") + chain + "00000003" + "00000001" + client + "0000000000000000000000000000000a" + "0000000000000000000000000000000b",
            Hex(SignedBytes.LinkProof(Chain, new ReplicaId(3), new ReplicaId(1), 9, 10, 11)));
        Assert.Equal(
            Tag("hotstuff/hello/1") + chain + "00000003" + "00000001" + client + "0000000000000000000000000000000a",
            Hex(SignedBytes.Hello(Chain, new ReplicaId(3), new ReplicaId(1), 9, 10)));
        Assert.Equal(
            Tag("hotstuff/checkpoint/1") + chain + epoch + view + Hex(A.Hash) + Hex(B.Hash),
            Hex(SignedBytes.Checkpoint(Chain, new CheckpointStatement(new Epoch(2), new Height(7), A, B.Hash))));
    }

    [Fact]
    public void Two_statements_that_differ_in_anything_are_signed_as_different_bytes()
    {
        var all = new List<string>();
        foreach (var chain in (ChainId[])[Chain, OtherChain])
        {
            foreach (var epoch in (Epoch[])[new(0), new(1)])
            {
                foreach (var view in (View[])[new(1), new(2), new(256)])
                {
                    all.Add(Hex(SignedBytes.Complaint(chain, new ComplaintStatement(epoch, view))));
                    foreach (var block in (BlockId[])[A, B])
                    {
                        all.Add(Hex(SignedBytes.Proposal(chain, epoch, view, block)));
                        all.AddRange(Enum.GetValues<Phase>().Select(phase => Hex(SignedBytes.Vote(chain, new VoteStatement(epoch, view, block, phase)))));
                    }
                }
            }

            foreach (var one in (int[])[0, 1])
            {
                foreach (var two in (int[])[0, 1])
                {
                    all.Add(Hex(SignedBytes.Reply(chain, new ReplicaId(one), new ClientId((UInt128)two), A.Hash)));
                    all.Add(Hex(SignedBytes.Reply(chain, new ReplicaId(one), new ClientId((UInt128)two), B.Hash)));
                    all.Add(Hex(SignedBytes.LinkProof(chain, new ReplicaId(one), new ReplicaId(two), 5, 6, 7)));
                    all.Add(Hex(SignedBytes.LinkProof(chain, new ReplicaId(one), new ReplicaId(two), 6, 5, 7)));
                    all.Add(Hex(SignedBytes.LinkProof(chain, new ReplicaId(one), new ReplicaId(two), 5, 6, 8)));
                    all.Add(Hex(SignedBytes.Hello(chain, new ReplicaId(one), new ReplicaId(two), 5, 6)));
                    all.Add(Hex(SignedBytes.Hello(chain, new ReplicaId(one), new ReplicaId(two), 6, 5)));
                    all.Add(Hex(SignedBytes.Checkpoint(chain, new CheckpointStatement(new Epoch(one), new Height(two), A, B.Hash))));
                    all.Add(Hex(SignedBytes.Checkpoint(chain, new CheckpointStatement(new Epoch(one), new Height(two), B, A.Hash))));
                }
            }
        }

        Assert.Equal(all.Count, all.Distinct().Count());
        // Not even the beginning of one is another, so that no kind can be read as a longer one.
        var sorted = all.Order(StringComparer.Ordinal).ToList();
        Assert.All(sorted.Zip(sorted.Skip(1)), pair => Assert.False(pair.Second.StartsWith(pair.First, StringComparison.Ordinal)));
    }

    private static string Tag(string tag) => Hex([(byte)tag.Length, .. Encoding.ASCII.GetBytes(tag)]);

    private static string Hex(Digest digest) => Hex(digest.ToArray());

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
