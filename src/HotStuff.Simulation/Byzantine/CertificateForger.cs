using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>
/// Makes certificates that a quorum never signed. Knows how the schemes lay out lists of shares: rows of index and share in the simulator, a bitmap
/// and shares for Ed25519.
/// </summary>
internal sealed class CertificateForger(Notebook notes, Random random)
{
    /// <summary>A quorum certificate of some block for a view.</summary>
    public QuorumCertificate Quorum(ByzantineContext self, View view)
    {
        var record = self.Replica.Record;
        var statement = new VoteStatement(self.Committee.Epoch, view, record.HighQc.Block, self.Rules.Phases[^1]);
        return random.Next(4) switch
        {
            // A good one said about another view, phase, epoch or block.
            0 => record.HighQc with { Statement = record.HighQc.Statement with { View = view } },
            1 => record.HighQc with { Statement = record.HighQc.Statement with { Epoch = new Epoch(1) } },
            2 when notes.Votes.Count > 0 => FromVotes(self, notes.Votes[random.Next(notes.Votes.Count)].Statement),
            _ => new QuorumCertificate(statement, Signature(self, SignedBytes.Vote(self.Committee.Chain, statement), record.HighQc.Signature, [])),
        };
    }

    /// <summary>A timeout certificate of a view.</summary>
    public TimeoutCertificate Timeout(ByzantineContext self, View view)
    {
        var statement = new ComplaintStatement(self.Committee.Epoch, view);
        var shares = notes.Complaints.Where(complaint => complaint.Statement == statement).Select(complaint => complaint.Share);
        var good = self.Replica.Record.HighTc?.Signature ?? self.Replica.Record.HighQc.Signature;
        return new TimeoutCertificate(statement, Signature(self, SignedBytes.Complaint(self.Committee.Chain, statement), good, [.. shares]));
    }

    /// <summary>A certificate of something that others vote for, from fewer votes than it needs.</summary>
    private QuorumCertificate FromVotes(ByzantineContext self, VoteStatement statement)
    {
        var shares = notes.Votes.Where(vote => vote.Statement == statement).Select(vote => vote.Share);
        return new QuorumCertificate(
            statement, Signature(self, SignedBytes.Vote(self.Committee.Chain, statement), self.Replica.Record.HighQc.Signature, [.. shares]));
    }

    private Signature Signature(ByzantineContext self, byte[] statement, Signature good, List<SignatureShare> others)
    {
        var own = new SignatureShare(self.Id(), self.Signer.SignShare(statement));
        // Never a real quorum: with its own share, one too few.
        var few = others.Where(share => share.Signer != self.Id()).DistinctBy(share => share.Signer).Take(self.Committee.Quorum - 2).Append(own).ToList();
        var repeated = Enumerable.Range(0, self.Committee.Quorum).Select(i => few[i % few.Count]).OrderBy(share => share.Signer).ToList();
        var bytes = good.Bytes.ToArray();
        return new Signature(random.Next(8) switch
        {
            0 => bytes.AsMemory(0, random.Next(bytes.Length + 1)),
            1 => (byte[])[.. bytes, .. bytes],
            2 => RandomBytes(bytes.Length),
            3 => own.Signature.Bytes,
            4 => Rows(few),
            5 => Rows(repeated),
            6 => Bitmap(self, few),
            _ => Bitmap(self, repeated),
        });
    }

    private byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Rows(List<SignatureShare> shares) =>
        [.. shares.SelectMany(share => (byte[])[(byte)share.Signer.Index, .. share.Signature.Bytes.Span])];

    /// <summary>Claims the first replicas as signers, one for each share.</summary>
    private static byte[] Bitmap(ByzantineContext self, List<SignatureShare> shares)
    {
        var bitmap = new byte[(self.Committee.Size + 7) / 8];
        for (var i = 0; i < shares.Count; i++)
            bitmap[i / 8] |= (byte)(1 << (i % 8));
        return [.. bitmap, .. shares.SelectMany(share => share.Signature.Bytes.ToArray())];
    }
}
