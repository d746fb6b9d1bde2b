using System.CommandLine;
using HotStuff.Client;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Measuring;
using HotStuff.Host.Rendering;
using Spectre.Console;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff evidence</c>: what replicas have kept that shows that others contradicted themselves, checked here once more.</summary>
internal sealed class EvidenceCommand : HostCommand
{
    private static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(5);

    private readonly Option<string> _directory = CommonOptions.Directory();
    private readonly Option<string?> _genesis = CommonOptions.Genesis("The genesis file of the cluster, instead of --dir");
    private readonly Option<string?> _json = CommonOptions.Json();

    public EvidenceCommand()
        : base("evidence", "Shows which replicas contradicted themselves, with signatures that prove it to anybody.")
    {
        Options.Add(_directory);
        Options.Add(_genesis);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples => ["hotstuff evidence", "hotstuff evidence --genesis ./keys/genesis.json --json evidence.json"];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        CommonOptions.RequireWritable(arguments, _json);
        var genesis = CommonOptions.FindGenesis(arguments.GetValue(_genesis), arguments.GetRequiredValue(_directory));
        var answers = await HotStuffClient.AskStatusAsync(
            genesis, includeDigest: false, AnswerBound, includeEvidence: true, cancellation: cancellationToken);
        var pieces = Collect(genesis, answers);
        if (arguments.GetValue(_json) is { } file)
            await JsonReport.WriteAsync(file, pieces, cancellationToken);

        if (pieces.Count > 0)
            Terminal.Output.Write(TableOf(pieces));
        var reachable = answers.OfType<NodeStatus>().Count();
        Terminal.Output.MarkupLineInterpolated($"{pieces.Count} pieces of evidence; {reachable} of {answers.Count} replicas answered.");
        return reachable > 0 ? ExitCode.Ok : throw new ProblemException("no replica answers");
    }

    /// <summary>The same piece of several replicas once. What is malformed, or proves nothing although it should, is the word of a replica that lies.</summary>
    internal static IReadOnlyList<EvidenceReport> Collect(Genesis genesis, IReadOnlyList<NodeStatus?> answers)
    {
        var verifier = new MessageVerifier(genesis);
        return
        [
            .. answers.OfType<NodeStatus>()
                .SelectMany(status => status.Evidence, (status, encoded) => (status.Replica, Encoded: encoded, Evidence: EvidenceCodec.TryDecode(genesis.ChainId, encoded)))
                .Where(piece => piece.Evidence is DoubleProcess || (piece.Evidence is { } evidence && verifier.Proves(evidence)))
                .GroupBy(piece => (piece.Evidence!.Culprit, Kind: KindOf(piece.Evidence), piece.Evidence.View))
                .OrderBy(same => same.Key.Culprit).ThenBy(same => same.Key.View)
                .Select(same => new EvidenceReport(
                    same.Key.Culprit.Index,
                    same.Key.Kind,
                    same.Key.View.Number,
                    [.. same.Select(piece => piece.Replica.Index).Distinct().Order()],
                    same.First().Evidence is not DoubleProcess,
                    Convert.ToHexStringLower(same.First().Encoded.Span))),
        ];
    }

    private static string KindOf(Evidence evidence) => evidence switch
    {
        DoubleProposal => "two proposals",
        DoubleVote => "two votes",
        _ => "two processes",
    };

    private static Table TableOf(IReadOnlyList<EvidenceReport> pieces)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in (string[])["culprit", "what", "view", "kept by", "proof"])
            table.AddColumn(new TableColumn(column) { NoWrap = true });
        foreach (var piece in pieces)
        {
            table.AddRow(
                $"[bold red]r{piece.Culprit}[/]",
                piece.Kind,
                piece.Proven ? $"{piece.View}" : "",
                string.Join(' ', piece.KeptBy.Select(replica => $"r{replica}")),
                piece.Proven ? "two signatures" : "seen by who kept it");
        }

        return table;
    }

    /// <summary>A piece of evidence, as <c>--json</c> writes it.</summary>
    /// <param name="Culprit">Who contradicted itself.</param>
    /// <param name="Kind">What it did twice.</param>
    /// <param name="View">In which view; 0 for none.</param>
    /// <param name="KeptBy">Which replicas have it.</param>
    /// <param name="Proven">Whether the signatures in it prove it to anybody.</param>
    /// <param name="Encoded">All of it, hexadecimal.</param>
    internal sealed record EvidenceReport(int Culprit, string Kind, long View, IReadOnlyList<int> KeptBy, bool Proven, string Encoded);
}
