using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using HotStuff.Client;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Measuring;
using HotStuff.StateMachine;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff kv</c>: reads and writes the replicated key-value store.</summary>
internal sealed class KvCommand : HostCommand
{
    private const int DefaultScanLimit = 100;

    private readonly Option<string> _directory = CommonOptions.Directory();
    private readonly Option<string?> _genesis = CommonOptions.Genesis("The genesis file of the cluster, instead of --dir");
    private readonly Option<string?> _json = CommonOptions.Json();
    private readonly Option<string> _read = NewOption.Choice("--read", "How get and scan read", "linearizable", "linearizable", "stale");

    public KvCommand()
        : base("kv", "Reads and writes the key-value store of a running cluster.")
    {
        foreach (var option in (Option[])[_directory, _genesis, _json])
        {
            option.Recursive = true;
            Options.Add(option);
        }

        var key = new Argument<string>("KEY") { Description = "The key, as UTF-8" };
        var value = new Argument<string>("VALUE") { Description = "The value, as UTF-8" };
        var expected = new Argument<string>("EXPECTED") { Description = "The value that must be there now" };
        var delta = new Argument<long>("DELTA") { Description = "What to add", DefaultValueFactory = _ => 1, CustomParser = Delta };
        var prefix = new Argument<string>("PREFIX") { Description = "What the keys start with", DefaultValueFactory = _ => "" };
        var limit = NewOption.Integer("--limit", "The most entries", DefaultScanLimit, 1, KeyValueCommand.MaxScanEntries);

        Add(new Operation(this, "get", "Prints a key's value.", [key], [_read], a => KeyValueCommand.Get(Bytes(a, key))));
        Add(new Operation(this, "put", "Sets a key's value.", [key, value], [], a => KeyValueCommand.Put(Bytes(a, key), Bytes(a, value))));
        Add(new Operation(this, "delete", "Removes a key.", [key], [], a => KeyValueCommand.Delete(Bytes(a, key))));
        Add(new Operation(this, "cas", "Sets a key's value if it is the expected one now.", [key, expected, value], [],
            a => KeyValueCommand.CompareAndSwap(Bytes(a, key), Bytes(a, expected), Bytes(a, value))));
        Add(new Operation(this, "incr", "Adds to a number and prints the sum; a key without a value counts from 0.", [key, delta], [],
            a => KeyValueCommand.Increment(Bytes(a, key), a.GetValue(delta))));
        Add(new Operation(this, "scan", "Prints the entries whose keys start with a prefix, in order.", [prefix], [limit, _read],
            a => KeyValueCommand.ScanPrefix(Encoding.UTF8.GetBytes(a.GetRequiredValue(prefix)), a.GetValue(limit))));
    }

    public override IReadOnlyList<string> Examples =>
        ["hotstuff kv put greeting hello", "hotstuff kv get greeting --read stale", "hotstuff kv incr visits 1", "hotstuff kv scan gre --limit 10"];

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken) =>
        throw ProblemException.Usage($"kv needs an operation; allowed are {string.Join(", ", Subcommands.Select(command => command.Name))}");

    private static byte[] Bytes(ParseResult arguments, Argument<string> argument)
    {
        var bytes = Encoding.UTF8.GetBytes(arguments.GetRequiredValue(argument));
        if (argument.Name == "KEY" && bytes.Length is 0 or > KeyValueCommand.MaxKeyBytes)
            throw ProblemException.Usage($"KEY has {bytes.Length} bytes; allowed are 1 to {KeyValueCommand.MaxKeyBytes}");
        return bytes;
    }

    private static long Delta(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var delta))
            result.AddError($"DELTA is '{text}'; allowed is a whole number of 64 bits");
        return delta;
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private sealed class Operation : HostCommand
    {
        private readonly KvCommand _parent;
        private readonly bool _reads;
        private readonly Func<ParseResult, byte[]> _command;

        public Operation(
            KvCommand parent, string name, string description, Argument[] arguments, Option[] options, Func<ParseResult, byte[]> command)
            : base(name, description)
        {
            _parent = parent;
            _command = command;
            _reads = options.Contains(parent._read);
            foreach (var argument in arguments)
                Arguments.Add(argument);
            foreach (var option in options)
                Options.Add(option);
        }

        public override IReadOnlyList<string> Examples => [];

        protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
        {
            CommonOptions.RequireWritable(arguments, _parent._json);
            var command = _command(arguments);
            var genesis = CommonOptions.FindGenesis(arguments.GetValue(_parent._genesis), arguments.GetRequiredValue(_parent._directory));
            if (command.Length > genesis.Limits.MaxCommandBytes)
                throw ProblemException.Usage($"the command has {command.Length} bytes with its key and value; allowed are {genesis.Limits.MaxCommandBytes} (maxCommandBytes of the genesis file)");
            await using var client = await HotStuffClient.ConnectAsync(new ClientOptions { Genesis = genesis }, cancellationToken);
            var answer = _reads && arguments.GetValue(_parent._read) == "stale"
                ? (await client.QueryAsync(command, cancellationToken)).Result
                : (await client.SubmitAsync(command, cancellationToken)).Result;
            var result = KeyValueResult.TryRead(answer)
                ?? throw new ProblemException("the replicas' answer is not one of a key-value store; do they run another state machine?");

            if (arguments.GetValue(_parent._json) is { } file)
                await JsonReport.WriteAsync(file, Report(result), cancellationToken);
            Print(result);
            return Problem(result) is { } problem ? throw new ProblemException(problem) : ExitCode.Ok;
        }

        private object Report(KeyValueResult result) => new
        {
            Operation = Name,
            Status = result.Status.ToString(),
            Value = result.Status is KeyValueStatus.Value or KeyValueStatus.Mismatch ? Text(result.Value) : null,
            Entries = result.Status == KeyValueStatus.Entries
                ? result.Entries.Select(entry => new { Key = Text(entry.Key), Value = Text(entry.Value) }).ToArray()
                : null,
            result.HasMore,
        };

        private static void Print(KeyValueResult result)
        {
            if (result.Status == KeyValueStatus.Ok)
                Console.Out.WriteLine("ok");
            if (result.Status == KeyValueStatus.Value)
                Console.Out.WriteLine(Text(result.Value));
            foreach (var entry in result.Entries)
                Console.Out.WriteLine($"{Text(entry.Key)}\t{Text(entry.Value)}");
            if (result.HasMore)
                Console.Error.WriteLine("hotstuff: there are more; --limit N shows more of them");
        }

        private static string? Problem(KeyValueResult result) => result.Status switch
        {
            KeyValueStatus.NotFound => "the key has no value",
            KeyValueStatus.Mismatch => $"the value is '{Text(result.Value)}', not the expected one",
            KeyValueStatus.NotANumber => "the key's value is not a number",
            KeyValueStatus.Overflow => "the sum does not fit 64 bits",
            KeyValueStatus.BadCommand => "the replicas do not understand this command; is their version older?",
            _ => null,
        };
    }
}
