namespace HotStuff.Mutations.Tests;

/// <summary>
/// Mutants that live, each with the reason. One that is found has a hunt at last: it belongs to the mutants then. Quoted by docs/protocol.md.
/// </summary>
public sealed class RedundantRuleTests
{
    private const string Safety = "src/HotStuff.Consensus/Safety/SafetyRules.cs";
    private const string Chained = "src/HotStuff.Consensus/Rules/ChainedRules.cs";
    private const string Proposals = "src/HotStuff.Consensus/Replica.Proposals.cs";
    private const string Certificates = "src/HotStuff.Consensus/Replica.Certificates.cs";
    private const string ViewChange = "src/HotStuff.Consensus/Replica.ViewChange.cs";
    private const string Tree = "src/HotStuff.Consensus/Tree/BlockTree.cs";
    private const string Verifier = "src/HotStuff.Crypto/Verification/MessageVerifier.cs";
    private const string Ed25519 = "src/HotStuff.Crypto/Schemes/Ed25519QuorumScheme.cs";

    private static readonly RedundantRule[] Rules =
    [
        new(
            "the step of a vote is compared for equality only",
            new Change(Safety, "statement.Step <= last.Statement.Step ? Refusal", "statement.View == last.Statement.View ? Refusal"),
            ["turmoil chained mixed", "second vote chained"],
            "Replica turns down proposals of views that are over, and a restart enters no view below the last vote's. Both away: \"a vote in a view that is over\"."),
        new(
            "proposals of views that are over get a vote",
            new Change(Proposals, "if (block.View < _pacemaker.View)", "if (false)"),
            ["turmoil chained mixed", "second vote chained"],
            "SafetyRules votes in rising steps only."),
        new(
            "SafetyRules lets the lock fall",
            new Change(Safety, "if (moved.View > Lock.View)", "if (moved.View != Lock.View)"),
            ["turmoil chained mixed", "stale leader chained"],
            "The rules of each variant answer no lower lock. Both away: \"the lock falls\"."),
        new(
            "the rules of chained let the lock fall",
            new Change(Chained, "certified.Justify.View > @lock.View ? certified.Justify : @lock;", "certified.Justify.View != @lock.View ? certified.Justify : @lock;"),
            ["turmoil chained mixed", "stale leader chained"],
            "SafetyRules takes no lower lock, whatever the rules answer."),
        new(
            "a leader's second proposal in a view is considered",
            new Change(Proposals, "first.Block.Proposer == block.Proposer && first.Block.Id != block.Id)", "first.Block.Proposer == block.Proposer && first.Block.Id != block.Id && block.View < block.View)"),
            ["turmoil chained mixed", "second vote chained"],
            "It gets no second vote. The rule counts the equivocation, and keeps the second block out of the tree."),
        new(
            "a timeout certificate is not shown by whoever formed it",
            new Change(ViewChange, "Observe(certificate);\n        Do(new Effect.Broadcast(Certificates()));", "Observe(certificate);"),
            ["one dead of four", "two dead of seven"],
            "Complaints are sent again until everybody has heard everybody and formed it himself. With the broadcast a view change takes a linear number of messages."),
        new(
            "a certificate made for another leader is not shown",
            new Change(Certificates, "|| LeaderAfter(certificate) != _self)", "|| certificate.View == View.Genesis)"),
            ["one dead of four", "two dead of seven"],
            "Whoever complains about the view that it ends is answered with it. Shown at once it spares the complaints."),
        new(
            "a block's view need not be above its parent's",
            new Change(Tree, "        && block.View > parent.View\n", ""),
            ["turmoil chained forge", "stale leader chained"],
            "The verifier wants the justify to be of an earlier view, and its view is the parent's; a quorum has checked that of what is fetched. It is said where blocks are added because nothing else says it there."),
        new(
            "the justify need not be of the parent's view",
            new Change(Tree, "\n        && (block.Justify.View == parent.View)", ""),
            ["turmoil chained forge", "stale leader chained"],
            "The justify is certified, and honest replicas vote for a block in its own view only."),
        new(
            "a justify of the block's own view or a later one is believed",
            new Change(Verifier, "if (block.Justify.View >= block.View)\n            return Refusal.WrongParent;\n", ""),
            ["turmoil chained forge"],
            "BlockTree.Fits says the same of blocks whose parent is known, and others are not voted for. Here it is refused before any signature is verified."),
        new(
            "the last vote in a complaint is not verified",
            new Change(Verifier, "(complaint.LastVote is { } vote ? Check(vote) : null)", "((Refusal?)null)"),
            ["forgeries model", "forgeries ed25519"],
            "It must be the complainer's own, and combining verifies it once more. Both away: \"last votes in complaints are believed, whosever they are\"."),
        new(
            "the last vote in a complaint may be another's",
            new Change(Verifier, "last.Share.Signer != complaint.Share.Signer)", "last.Share.Signer.Index < 0)"),
            ["forgeries model", "forgeries ed25519"],
            "A verified vote is a vote whichever way it comes. The rule bounds what one sender can make others collect."),
        new(
            "ed25519: a certificate may be of another length",
            new Change(Ed25519, "if (combined.Bytes.Length != BitmapSize + (_committee.Quorum * ShareSize))\n            return false;", "if (combined.Bytes.Length < BitmapSize + (_committee.Quorum * ShareSize))\n            return false;"),
            ["forgeries ed25519"],
            "What follows the signatures would be ignored. The rule makes the encoding of a certificate the only one."),
        new(
            "votes and complaints are signed under one tag",
            new Change("src/HotStuff.Consensus/Encoding/SignedBytes.cs", "hotstuff/complaint/1", "hotstuff/vote/1"),
            ["forgeries model", "turmoil chained forge", "turmoil basic forge"],
            "The statements differ in length today. The tag keeps them apart whatever is added to them."),
        new(
            "hotstuff2: the leader of a view after a timeout does not wait",
            new Change("src/HotStuff.Consensus/Rules/HotStuff2Rules.cs", "public bool WaitsAfterTimeout => true;", "public bool WaitsAfterTimeout => false;"),
            ["turmoil hotstuff2 mixed", "worlds hotstuff2"],
            "A lock that the leader does not know costs it its view, and the complaints about that view tell the next leaders: after the paper's wait one view less is lost. Without last votes and highest certificates in complaints it would cost liveness."),
        new(
            "a repeated segment is not recognized as a whole",
            new Change(
                "src/HotStuff.StateMachine/Execution/ClientTable.cs",
                "if (FindSame(session, segment) is { } same)",
                "if (FindSame(session, segment) is { Count: 0 } same)"),
            ["repeated command", "worlds chained"],
            "Each of its commands is recognized. As a whole it is answered without copying."),
        new(
            "a leader that has complained proposes",
            new Change(Proposals, "_remembering is not null || _pacemaker.Complaining || justify", "_remembering is not null || justify"),
            ["worlds chained"],
            "It does not vote for it, and those who have complained do not either. The rule spares a block that hardly can be certified."),
        new(
            "a late block whose certificate is here is not taken",
            new Change(Proposals, "if (_missing?.Block != block.Id)", "if (true)"),
            ["worlds chained"],
            "It is fetched. The rule spares that."),
        new(
            "a proposal whose parent is not here is forgotten",
            new Change(Proposals, "_orphans[proposal.From] = proposal;", ""),
            ["worlds chained"],
            "It is fetched when it is certified. The rule spares a vote."),
        new(
            "a vote is not repeated",
            new Change(Safety, "if (Record.LastVote is { } last && last.Statement == statement)", "if (Record.LastVote is { } last && last.Statement == statement && last.Statement != statement)"),
            ["second vote chained", "worlds chained"],
            "Complaints carry it. The rule spares a replica that crashed between record and vote a timeout."),
        new(
            "basic: a view that is over gets votes of later phases",
            new Change("src/HotStuff.Consensus/Replica.Votes.cs", "_remembering is not null || certified.View != _pacemaker.View || _tree", "_remembering is not null || _tree"),
            ["second vote basic", "worlds basic"],
            "SafetyRules votes in rising steps only, and not in what the replica complained about. A vote for a view that it left without a complaint, and before any later vote, is as good as one in it."),
        new(
            "basic: the prepare certificate locks",
            new Change("src/HotStuff.Consensus/Rules/BasicRules.cs", "seen.Statement.Phase >= Phase.PreCommit && ", ""),
            ["stale leader basic", "worlds basic"],
            "A lock that comes early is safe. It may be one that a quorum's complaints do not show, which costs a view as in HotStuff-2 and not liveness, because the complaints about that view show it."),
        new(
            "chained: the lock is the certified block itself",
            new Change(Chained, "tree.Find(seen.Block) is { } certified && certified.Justify.View > @lock.View ? certified.Justify : @lock", "seen.View > @lock.View ? seen : @lock"),
            ["stale leader chained", "worlds chained"],
            "As above: this is HotStuff-2's lock without its wait."),
        new(
            "hotstuff2: nobody shows the new leader his certificates",
            new Change(Certificates, "if (_rules.WaitsAfterTimeout && Leader != _self)\n            SendCertificates(Leader);", ""),
            ["worlds hotstuff2"],
            "What the leader would wait Delta for; see there."),
        new(
            "a NextView of somebody who is behind is not answered",
            new Change(ViewChange, "if (next.HighQc.Step < _safety.HighQc.Step)\n            SendCertificates(next.Sender);", ""),
            ["worlds chained"],
            "His complaint is. The rule spares him the timeout."),
        new(
            "the entry certificate of a complaint opens no view",
            new Change(ViewChange, "if (complaint.EntryCertificate is { } entry)\n            Observe(entry);", ""),
            ["worlds chained"],
            "Whoever complains to somebody behind is not understood, but whoever formed the certificate has shown it, and answers complaints. The rule catches up with the first message."),
        new(
            "the highest certificate in a complaint is not looked at",
            new Change(ViewChange, "Observe(complaint.HighQc);", ""),
            ["worlds chained"],
            "Whoever has a higher one than a NextView answers it, and in hotstuff2 shows it to the new leader. The rule spares a view."),
        new(
            "a certificate that is not the highest is shown by whoever formed it",
            new Change(Certificates, "if (certificate.Step <= _safety.HighQc.Step)\n            return;\n", ""),
            ["worlds chained"],
            "Nobody takes it for more than it is. The rule spares a broadcast."),
    ];

    public static TheoryData<string> Names => [.. Rules.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_goes_wrong_without_it(string name)
    {
        var rule = Rules.Single(rule => rule.Name == name);
        using var ground = MutantCompiler.Compile(rule.Change);
        foreach (var hunt in rule.Hunts)
        {
            var found = ground.Run(hunt);
            Assert.True(found is null, $"{hunt} finds {found}");
        }
    }
}
