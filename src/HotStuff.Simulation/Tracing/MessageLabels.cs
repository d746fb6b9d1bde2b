using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>What messages are called in traces and diagrams: the names of the papers.</summary>
public sealed class MessageLabels(IProtocolRules rules)
{
    /// <summary>A message of the network in a few words.</summary>
    public string Of(object message) => message switch
    {
        Proposal proposal => Proposed(proposal),
        Vote vote => $"{VoteName(vote.Statement.Phase)} {vote.Statement.View} {Of(vote.Statement.Block)}",
        Complaint complaint => $"COMPLAINT {complaint.Statement.View}{(complaint.LastVote is { } vote ? $" + {VoteName(vote.Statement.Phase)} {vote.Statement.View}" : "")}",
        NextView { TimeoutCertificate: { } certificate } next => $"NEXT-VIEW {certificate.View.Next}: TC {certificate.View}, {Of(next.HighQc)}",
        NextView next => $"{CertificateMessage(next.HighQc.Statement.Phase)} {Of(next.HighQc)}",
        Effect.PassOn passOn => $"COMMANDS {string.Join(' ', passOn.Segments.Select(Of))}",
        Inquiry => "INQUIRY",
        Recollection recollection => $"RECOLLECTION {(Latest(recollection.Held) is { } view ? $"of {view}" : "of nothing")}",
        Effect.FetchBlocks fetch => $"FETCH {Of(fetch.Head)}",
        _ => message.GetType().Name,
    };

    /// <summary>A client's number, when it is a small one as in a world, and which of its commands.</summary>
    internal static string Of(CommandSegment segment) =>
        $"{(segment.Client.Value <= int.MaxValue ? $"c{segment.Client.Value}" : segment.Client)}:{segment.FirstSequence}{(segment.Count > 1 ? $"-{segment.FirstSequence + segment.Count - 1}" : "")}";

    internal static string Of(BlockId block) => block.ToString()[..6];

    internal static string Of(Block block) => $"{Of(block.Id)} of {block.View}{(block.IsEmpty ? "" : $" with {string.Join(' ', block.Segments.Select(Of))}")}";

    internal static string Of(SafetyRecord record) =>
        $"{(record.LastVote is { } vote ? $"vote {vote.Statement.Step}" : "no vote")}, lock {record.Lock.Step}, QC {record.HighQc.Step}"
        + (record.HighestComplaint > View.Genesis ? $", complaint {record.HighestComplaint}" : "");

    internal static string Of(EntryReason reason) => reason switch
    {
        EntryReason.QuorumCertificate => " by QC",
        EntryReason.TimeoutCertificate => " by TC",
        _ => "",
    };

    private static View? Latest(HeldSignatures held) =>
        ((View?[])[held.Vote?.Statement.View, held.Complaint?.Statement.View, held.Proposal?.Statement.View]).Max();

    private static string Of(QuorumCertificate certificate) => $"QC {certificate.Step} {Of(certificate.Block)}";

    private static string VoteName(Phase phase) => phase switch
    {
        Phase.Prepare => "PREPARE vote",
        Phase.PreCommit => "PRE-COMMIT vote",
        Phase.Commit => "COMMIT vote",
        _ => "VOTE",
    };

    // Paper, algorithm 2: the message that announces a phase's certificate has the name of the next phase.
    private static string CertificateMessage(Phase phase) => phase switch
    {
        Phase.Prepare => "PRE-COMMIT",
        Phase.PreCommit => "COMMIT",
        Phase.Commit => "DECIDE",
        _ => "NEXT-VIEW",
    };

    private string Proposed(Proposal proposal)
    {
        var block = proposal.Block;
        var name = rules.Name switch { "basic" => "PREPARE", "chained" => "GENERIC", _ => "PROPOSAL" };
        var decides = rules.Name == "basic" && block.Justify.Statement.Phase == Phase.Commit ? $"DECIDE {Of(block.Parent)}, " : "";
        return $"{decides}{name} {block.View} {Of(block.Id)} on {(block.Justify.View == View.Genesis ? "genesis" : Of(block.Justify))}";
    }
}
