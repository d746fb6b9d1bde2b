using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>Complains, several times over, about the current view, about coming ones and about old ones, the latter with the certificates that opened them.</summary>
public sealed class ComplaintSpammer(Notebook notes, Random random) : Misbehaviour(notes, random)
{
    private const int FarthestView = 50;
    private const int MostRepeats = 5;

    /// <inheritdoc/>
    protected override IEnumerable<Effect> Besides(ByzantineContext self, ReplicaEvent happened)
    {
        // Not on what complaints are answered with: a spammer that nourishes itself would be a flood without end.
        if (happened is ReplicaEvent.ComplaintReceived or ReplicaEvent.NextViewReceived || Random.Next(4) > 0)
            return [];
        Act();
        var complaint = Next(self);
        var to = new ReplicaId(Random.Next(self.Committee.Size));
        Effect[] effects = to == self.Id() ? [.. self.ToOthers(complaint)] : [new Effect.Send(to, complaint)];
        return Enumerable.Repeat(effects, 1 + Random.Next(MostRepeats)).SelectMany(repeated => repeated);
    }

    private Complaint Next(ByzantineContext self)
    {
        var current = self.Replica.Status.View;
        var lastVote = self.Replica.Record.LastVote;
        switch (Random.Next(3))
        {
            case 0:
                return self.Complain(current, lastVote);
            case 1 when Notes.Certificates.Count > 0:
                var old = Notes.Certificates[Random.Next(Notes.Certificates.Count)];
                return self.Complain(self.Rules.ViewOpenedBy(old), lastVote) with { HighQc = old };
            default:
                return self.Complain(current.Plus(1 + Random.Next(FarthestView)), lastVote);
        }
    }
}
