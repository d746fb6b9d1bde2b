using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>What a Byzantine replica signs with its own keys without asking its safety record.</summary>
internal static class ByzantineSigning
{
    public static ReplicaId Id(this ByzantineContext self) => self.Signer.Replica;

    public static IEnumerable<ReplicaId> Others(this ByzantineContext self) => self.Committee.Members.Where(member => member != self.Id());

    /// <summary>The same to each of the others, one by one: votes and complaints are said to one replica, also by honest ones.</summary>
    public static IEnumerable<Effect> ToOthers(this ByzantineContext self, ConsensusMessage message) =>
        self.Others().Select(other => new Effect.Send(other, message));

    public static Vote Vote(this ByzantineContext self, VoteStatement statement) =>
        new(statement, new SignatureShare(self.Id(), self.Signer.SignShare(SignedBytes.Vote(self.Committee.Chain, statement))));

    /// <summary>Its votes for a block in all phases of the variant.</summary>
    public static IEnumerable<Vote> Votes(this ByzantineContext self, Block block) =>
        self.Rules.Phases.Select(phase => self.Vote(new VoteStatement(block.Epoch, block.View, block.Id, phase)));

    public static Proposal Propose(this ByzantineContext self, Block block, TimeoutCertificate? entry) =>
        new(block, entry, self.Signer.Sign(SignedBytes.Proposal(self.Committee.Chain, block.Epoch, block.View, block.Id)));

    public static Complaint Complain(this ByzantineContext self, View view, Vote? lastVote)
    {
        var statement = new ComplaintStatement(self.Committee.Epoch, view);
        var share = new SignatureShare(self.Id(), self.Signer.SignShare(SignedBytes.Complaint(self.Committee.Chain, statement)));
        var record = self.Replica.Record;
        return new Complaint(statement, share, record.HighQc, record.HighTc?.View.Next == view ? record.HighTc : null, lastVote);
    }
}
