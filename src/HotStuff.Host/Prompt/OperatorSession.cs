using System.Text.Json;
using HotStuff.Operator;

namespace HotStuff.Host.Prompt;

/// <summary>Gives commands to one node and writes what it answers. Connects when there is a command, and again when the connection has ended.</summary>
internal sealed class OperatorSession(CommandEndpoint endpoint, TextWriter output, bool asJson) : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private CommandClient? _client;

    /// <summary>The connection to the node.</summary>
    /// <exception cref="CommandConnectionException">There is none.</exception>
    public async Task<CommandClient> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_client is { IsOpen: true })
            return _client;
        await DisposeAsync();
        return _client = await CommandClient.ConnectAsync(endpoint, cancellationToken);
    }

    /// <summary>Gives a command of one word or more, or shows help. What goes on ends, without a problem, when it is cancelled.</summary>
    /// <exception cref="CommandProblemException">It was not done.</exception>
    /// <exception cref="CommandConnectionException">There is no connection, or it broke.</exception>
    public async Task RunAsync(IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        if (words[0] == "help")
        {
            foreach (var line in CommandWords.Help(OperatorPalettes.Catalog, words.ElementAtOrDefault(1)))
                output.WriteLine(line);
            return;
        }

        var isStream = false;
        try
        {
            var client = await ConnectAsync(cancellationToken);
            var result = await client.RunAsync(
                words,
                line =>
                {
                    isStream = true;
                    output.WriteLine(asJson ? JsonSerializer.Serialize(line, Indented) : line);
                },
                cancellationToken);
            if (result is not null)
                Write(result);
        }
        catch (OperationCanceledException) when (isStream)
        {
            // The operator has seen enough.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is { } client)
            await client.DisposeAsync();
        _client = null;
    }

    private void Write(CommandResult result)
    {
        if (asJson)
        {
            output.WriteLine(result.Data.ToJsonString(Indented));
            return;
        }

        foreach (var line in ResultText.Lines(result))
            output.WriteLine(line);
    }
}
