using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Net.Sockets;
using HotStuff.Client;
using HotStuff.Cluster;
using HotStuff.Crypto;
using HotStuff.Host.Commands;
using HotStuff.Storage;

namespace HotStuff.Host.CommandLine;

/// <summary>All commands of the program, and how their errors become one line and an exit code.</summary>
internal static class HostCommandLine
{
    /// <summary>The command line as a whole.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("HotStuff.Akka: Byzantine fault tolerant state machine replication, with a key-value store inside.")
        {
            new DemoCommand(),
            new NodeCommand(),
            new SeedCommand(),
            new KeygenCommand(),
            new UpCommand(),
            new DownCommand(),
            new KvCommand(),
            new StatusCommand(),
            new EvidenceCommand(),
            new PbmCommand(),
            new BenchCommand(),
            new LoadCommand(),
            new ExperimentCommand(),
            new SimulateCommand(),
            new ChaosCommand(),
        };
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new HelpWithExamples((HelpAction)option.Action!);
        return root;
    }

    /// <summary>Runs one command line; returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Create().Parse(arguments.Length == 0 ? ["--help"] : arguments);
        if (parsed.Action is ParseErrorAction)
            return Say(Problem(parsed), ExitCode.BadUsage);

        using var interruption = new Interruption();
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return Say("interrupted", ExitCode.Failed);
        }
        catch (ProblemException problem)
        {
            return Say(problem.Message, problem.ExitCode);
        }
        catch (Exception problem) when (problem is ConfigurationProblemException or SettingsException)
        {
            return Say(problem.Message, ExitCode.BadUsage);
        }
        catch (StoreException problem) when (problem.IsWrongDirectory)
        {
            return Say($"hotstuff.data-directory: {problem.Message}", ExitCode.BadUsage);
        }
        catch (Exception problem) when (problem is HotStuffClientException or StoreException or IOException or UnauthorizedAccessException or SocketException)
        {
            return Say(problem.Message, ExitCode.Failed);
        }
    }

    // A mistyped word explains more than what is missing because of it.
    private static string Problem(ParseResult parsed) => parsed.UnmatchedTokens.Count > 0
        ? $"'{parsed.UnmatchedTokens[0]}' is not a command or option of '{parsed.CommandResult.Command.Name}'; --help lists them"
        : parsed.Errors[0].Message;

    private static int Say(string line, int exitCode)
    {
        Console.Error.WriteLine($"hotstuff: {line.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
