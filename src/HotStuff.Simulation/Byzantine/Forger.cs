using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>
/// Sends messages that only verification tells from good ones: forged certificates and shares, good ones in wrong places, statements of other epochs and chains,
/// words in others' names, blocks that do not fit. For the rest it follows the protocol.
/// </summary>
public sealed class Forger(Notebook notes, Random random) : Misbehaviour(notes, random)
{
    private readonly CertificateForger _certificates = new(notes, random);

    /// <inheritdoc/>
    protected override IEnumerable<Effect> Besides(ByzantineContext self, ReplicaEvent happened)
    {
        if (happened is ReplicaEvent.InquiryReceived { Inquiry.Value: var inquiry })
        {
            Act();
            return [new Effect.Send(inquiry.Sender, ForgedRecollection(self, inquiry))];
        }

        // Not on answers: a forger that nourishes itself would be a flood without end.
        if (happened is ReplicaEvent.ComplaintReceived or ReplicaEvent.NextViewReceived || Random.Next(2) > 0)
            return [];
        Act();
        ConsensusMessage forged = Random.Next(4) switch
        {
            0 => ForgedNextView(self),
            1 => ForgedVote(self),
            2 => ForgedComplaint(self),
            _ => ForgedProposal(self),
        };
        return self.ToOthers(forged);
    }

    private ReplicaId Somebody(ByzantineContext self) => new(Random.Next(self.Committee.Size + 1));

    private View SomeView(ByzantineContext self) => self.Replica.Status.View.Plus(Random.Next(-2, 10));

    private NextView ForgedNextView(ByzantineContext self)
    {
        var record = self.Replica.Record;
        return Random.Next(3) switch
        {
            0 => new NextView(Somebody(self), _certificates.Quorum(self, SomeView(self)), record.HighTc),
            1 => new NextView(self.Id(), record.HighQc, _certificates.Timeout(self, SomeView(self))),
            // A good certificate in the name of anybody, also of nobody.
            _ => new NextView(Somebody(self), record.HighQc, null),
        };
    }

    /// <summary>What the asker is said to have signed far ahead, to keep it silent until then: with the forger's own signature, or with one for something else.</summary>
    private Recollection ForgedRecollection(ByzantineContext self, Inquiry inquiry)
    {
        var none = new HeldSignatures(inquiry.Sender, null, null, null);
        var ahead = self.Replica.Status.View.Plus(1_000);
        var own = self.Vote(new VoteStatement(self.Committee.Epoch, ahead, self.Replica.Record.HighQc.Block, self.Rules.Phases[0]));
        var theirs = Notes.Votes.FirstOrDefault(vote => vote.From == inquiry.Sender) ?? own;
        var held = Random.Next(4) switch
        {
            0 => none with { Vote = own with { Share = own.Share with { Signer = inquiry.Sender } } },
            1 => none with { Vote = theirs with { Statement = theirs.Statement with { View = ahead } } },
            2 => none with { Complaint = new SignedComplaint(new ComplaintStatement(self.Committee.Epoch, ahead), theirs.Share) },
            _ => none with { Proposal = new SignedProposal(own.Statement, own.Share.Signature) },
        };
        return new Recollection(self.Id(), inquiry.Number, held, self.Replica.Record.HighQc, self.Replica.Record.HighTc);
    }

    private Vote ForgedVote(ByzantineContext self)
    {
        var statement = new VoteStatement(
            self.Committee.Epoch, self.Replica.Status.View, self.Replica.Record.HighQc.Block, self.Rules.Phases[Random.Next(self.Rules.Phases.Count)]);
        switch (Random.Next(5))
        {
            case 0 when Notes.Votes.Count > 0:
                // Somebody's vote for one view as the vote for another.
                var replayed = Notes.Votes[Random.Next(Notes.Votes.Count)];
                return replayed with { Statement = replayed.Statement with { View = replayed.Statement.View.Next } };
            case 1:
                return self.Vote(statement with { Epoch = new Epoch(1) });
            case 2:
                var elsewhere = new ChainId(Digest.Of("elsewhere"u8));
                return new Vote(statement, new SignatureShare(self.Id(), self.Signer.SignShare(SignedBytes.Vote(elsewhere, statement))));
            case 3:
                return self.Vote(statement with { Phase = (Phase)Random.Next(256) });
            default:
                var own = self.Vote(statement);
                return own with { Share = own.Share with { Signer = Somebody(self) } };
        }
    }

    private Complaint ForgedComplaint(ByzantineContext self)
    {
        var view = self.Replica.Status.View;
        var own = self.Complain(view, self.Replica.Record.LastVote);
        switch (Random.Next(5))
        {
            case 0:
                return own with { Share = own.Share with { Signer = Somebody(self) } };
            case 1:
                return own with { HighQc = _certificates.Quorum(self, SomeView(self)) };
            case 2:
                return own with { EntryCertificate = _certificates.Timeout(self, new View(view.Number - 1)) };
            case 3 when Notes.Votes.Count > 0:
                return own with { LastVote = Notes.Votes[Random.Next(Notes.Votes.Count)] };
            default:
                return self.Complain(new View(long.MaxValue - Random.Next(2)), null);
        }
    }

    private Proposal ForgedProposal(ByzantineContext self)
    {
        var record = self.Replica.Record;
        var view = SomeView(self);
        var height = self.Replica.Status.Committed.Next;
        return Random.Next(4) switch
        {
            0 => Propose(_certificates.Quorum(self, view), view.Next, height, self.Id()),
            1 => Propose(record.HighQc, record.HighQc.View.Next, new Height(long.MaxValue / 4), self.Id()),
            2 => Propose(record.HighQc, record.HighQc.View.Next, height, Somebody(self)),
            // Everybody suspended: nobody would be left to lead.
            _ => Propose(
                record.HighQc,
                record.HighQc.View.Next,
                height,
                self.Leaders.LeaderAfterTimeout(record.HighQc.View.Next),
                [.. self.Committee.Members.Select(member => new Suspension(member, new View(long.MaxValue / 2), 1))]),
        };

        Proposal Propose(QuorumCertificate justify, View proposed, Height at, ReplicaId proposer, params Suspension[] suspensions) =>
            self.Propose(
                Block.Create(self.Committee.Chain, self.Committee.Epoch, proposed, at, proposer, justify, [], [.. suspensions]), record.HighTc);
    }
}
