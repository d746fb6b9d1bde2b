using System.CommandLine;
using System.Globalization;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Prompt;
using HotStuff.Crypto;
using HotStuff.Operator;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff pbm</c>: operator commands for one node.</summary>
internal sealed class PbmCommand : HostCommand
{
    private const string DefaultHost = "127.0.0.1";

    // As unknown options are values of an argument that takes any number, those of operator commands come through untouched.
    private readonly Argument<string[]> _words = new("command")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "[HOST:PORT] [COMMAND...]",
        Description = $"The node's command port ({DefaultHost}:{PortPlan.Default.Of(0).Command} if not given) and the command; without one a prompt. 'help' lists the commands",
    };

    private readonly Option<bool> _json = NewOption.Flag("--json", "Writes results as JSON");
    private readonly Option<string?> _tokenFile = NewOption.OptionalText("--token-file", "A file with the token that the node asks for; only its owner may read it", "FILE");
    private readonly Option<string?> _trust = NewOption.OptionalText("--trust", "Speaks TLS with a node whose certificate one of these has signed (PEM)", "FILE");
    private readonly Option<string?> _certificate = NewOption.OptionalText("--certificate", "Our own certificate, for a node that asks for one (PEM)", "FILE");
    private readonly Option<string?> _certificateKey = NewOption.OptionalText("--certificate-key", "Its private key (PEM); only its owner may read it", "FILE");

    public PbmCommand()
        : base("pbm", "Gives operator commands to a node: one, or at a prompt, or each line of standard input.")
    {
        Arguments.Add(_words);
        foreach (var option in (Option[])[_json, _tokenFile, _trust, _certificate, _certificateKey])
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "hotstuff pbm",
        "hotstuff pbm help",
        "hotstuff pbm cluster show",
        "hotstuff pbm 127.0.0.1:9112 hotstuff blocks -n 5 --json",
        "hotstuff pbm cluster leave -a 127.0.0.1:4055",
    ];

    /// <summary>What comes after <c>pbm</c>: where, and the command.</summary>
    internal static (string Host, int Port, IReadOnlyList<string> Command) Read(string[] words) =>
        words is [var first, .. var rest] && first.Contains(':', StringComparison.Ordinal)
            ? (HostOf(first), PortOf(first), rest)
            : (DefaultHost, PortPlan.Default.Of(0).Command, words);

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (host, port, command) = Read(arguments.GetValue(_words) ?? []);
        using var security = Security(arguments);
        var endpoint = new CommandEndpoint(host, port, arguments.GetValue(_tokenFile) is { } file ? TokenFile.Load(file) : null, security);
        var asJson = arguments.GetValue(_json);
        try
        {
            if (command.Count == 0)
            {
                return Console.IsInputRedirected
                    ? await OperatorPrompt.ReadAsync(endpoint, asJson, Console.In, cancellationToken)
                    : await OperatorPrompt.AskAsync(endpoint, asJson, cancellationToken);
            }

            await using var session = new OperatorSession(endpoint, Console.Out, asJson);
            await session.RunAsync(command, cancellationToken);
            return ExitCode.Ok;
        }
        catch (CommandProblemException problem)
        {
            throw new ProblemException(problem.Message, problem.IsUsage ? ExitCode.BadUsage : ExitCode.Failed);
        }
        catch (CommandConnectionException problem)
        {
            throw ProblemException.Usage(problem.Message);
        }
    }

    private CommandSecurity? Security(ParseResult arguments)
    {
        var (trust, certificate, key) = (arguments.GetValue(_trust), arguments.GetValue(_certificate), arguments.GetValue(_certificateKey));
        if (certificate is null != key is null)
            throw ProblemException.Usage($"{_certificate.Name} and {_certificateKey.Name} go together; one of them is missing");
        if (certificate is not null && trust is null)
            throw ProblemException.Usage($"{_certificate.Name} needs {_trust.Name}: who shows a certificate looks at the node's, too");
        return trust is null ? null : CommandSecurity.Load(certificate, key, trust);
    }

    private static string HostOf(string address) => address[..address.LastIndexOf(':')].Trim('[', ']') is { Length: > 0 } host ? host : throw Refused(address);

    private static int PortOf(string address) =>
        int.TryParse(address.AsSpan(address.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue
            ? port
            : throw Refused(address);

    private static ProblemException Refused(string address) => ProblemException.Usage($"the node is '{address}'; allowed is HOST:PORT with a port from 1 to {ushort.MaxValue}");
}
