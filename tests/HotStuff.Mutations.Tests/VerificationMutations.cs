using Xunit.Abstractions;

namespace HotStuff.Mutations.Tests;

/// <summary>What is checked of everything that comes from outside.</summary>
public sealed class VerificationMutations(ITestOutputHelper output) : MutationTests(output, Mutants)
{
    private const string Verifier = "src/HotStuff.Crypto/Verification/MessageVerifier.cs";

    private static readonly Mutant[] Mutants =
    [
        new(
            "quorum certificates are believed",
            Verifier,
            "return IsCertified(SignedBytes.Vote(_committee.Chain, statement), certificate.Signature) ? null : Refusal.BadCertificate;",
            "return null;",
            ["turmoil chained forge"],
            ["Authentic"]),
        new(
            "any certificate of view 0 is believed",
            Verifier,
            "if (certificate == _genesis)",
            "if (certificate.View == View.Genesis)",
            ["forgeries model"],
            ["Authentic", "AtMostOneQcPerView"]),
        new(
            "timeout certificates are believed",
            Verifier,
            "return IsCertified(SignedBytes.Complaint(_committee.Chain, statement), certificate.Signature) ? null : Refusal.BadCertificate;",
            "return null;",
            ["turmoil chained forge"],
            ["Authentic"]),
        new(
            "votes are believed",
            Verifier,
            "return _scheme.VerifyShare(SignedBytes.Vote(_committee.Chain, vote.Statement), vote.Share) ? null : Refusal.BadSignature;",
            "return null;",
            ["turmoil chained forge"],
            ["Authentic"]),
        new(
            "complaints are believed",
            Verifier,
            """
            if (!_scheme.VerifyShare(SignedBytes.Complaint(_committee.Chain, statement), complaint.Share))
                        return Refusal.BadSignature;

            """,
            "",
            ["turmoil chained forge"],
            ["Authentic"]),
        new(
            "proposals are believed",
            Verifier,
            """
            if (!_identities.Verify(block.Proposer, statement, proposal.Signature))
                        return Refusal.BadSignature;

            """,
            """
            _ = statement;

            """,
            ["turmoil chained forge"],
            ["Authentic"]),
        new(
            "the justify of a proposal is not checked",
            Verifier,
            "return Check(block.Justify) ?? CheckOptional(proposal.EntryCertificate);",
            "return CheckOptional(proposal.EntryCertificate);",
            ["turmoil chained forge"],
            ["Authentic"]),
        new(
            "the entry certificate of a proposal is not checked",
            Verifier,
            "return Check(block.Justify) ?? CheckOptional(proposal.EntryCertificate);",
            "return Check(block.Justify);",
            ["forgeries model"],
            ["Authentic"]),
        new(
            "the certificates in a complaint are not checked",
            Verifier,
            """
                        ?? Check(complaint.HighQc)
                        ?? CheckOptional(complaint.EntryCertificate);
            """,
            "            ?? null;",
            ["turmoil chained forge"],
            ["Authentic"]),
        new(
            "last votes in complaints are believed, whosever they are",
            [
                new(Verifier, "(complaint.LastVote is { } vote ? Check(vote) : null)", "((Refusal?)null)"),
                new(Verifier, """
            if (complaint.LastVote is { } last && last.Share.Signer != complaint.Share.Signer)
                        return Refusal.Malformed;

            """, ""),
            ],
            ["forgeries model"],
            ["Authentic"]),
        new(
            "a fetched block need not be the one asked for",
            Verifier,
            "if (newestFirst.Count == 0 || newestFirst[0].Id != head)",
            "if (newestFirst.Count == 0)",
            ["wrong block fetched"],
            ["Authentic"]),
        new(
            "what is fetched below a block need not be its parent",
            Verifier,
            "if (child.Parent != parent.Id || child.Height",
            "if (child.Height",
            ["wrong block fetched"],
            ["Authentic"]),
    ];

    public static TheoryData<string> Names => NamesOf(Mutants);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mutant_is_found(string mutant) => Find(mutant);
}
