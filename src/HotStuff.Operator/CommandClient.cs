using System.Net.Sockets;
using System.Security.Authentication;

namespace HotStuff.Operator;

/// <summary>Where a node takes commands, and how to get in.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">Its command port.</param>
/// <param name="Token">The word that it asks for; null: none.</param>
/// <param name="Security">The certificates; null: no TLS.</param>
public sealed record CommandEndpoint(string Host, int Port, string? Token = null, CommandSecurity? Security = null)
{
    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>There is no node to give commands to. The message is one line.</summary>
public sealed class CommandConnectionException : Exception
{
    /// <summary>With a message.</summary>
    public CommandConnectionException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and what caused it.</summary>
    public CommandConnectionException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>A connection to a node's command port. One command at a time.</summary>
public sealed class CommandClient : IAsyncDisposable
{
    private static readonly TimeSpan ConnectBound = TimeSpan.FromSeconds(5);

    // More than a node allows a command.
    private static readonly TimeSpan AnswerBound = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan FrameBound = TimeSpan.FromSeconds(30);

    private readonly CommandEndpoint _endpoint;
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly FrameChannel _frames;
    private bool _isOver;

    private CommandClient(CommandEndpoint endpoint, Socket socket, Stream stream)
    {
        _endpoint = endpoint;
        _socket = socket;
        _stream = stream;
        _frames = new FrameChannel(stream, FrameChannel.MaxNodeFrame);
    }

    /// <summary>What the node says that it is: a replica's name, or <c>seed</c>.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The name of the chain that the node says it is of; null: of none.</summary>
    public string? Chain { get; private set; }

    /// <summary>Whether another command can be given: not any more after one with lines, or after a problem with the connection.</summary>
    // A node says nothing unasked, so what can be read between commands is the end.
    public bool IsOpen => !_isOver && !_socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Connects and authenticates.</summary>
    /// <exception cref="CommandConnectionException">There is no such node, or it does not let us in.</exception>
    public static async Task<CommandClient> ConnectAsync(CommandEndpoint endpoint, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(ConnectBound);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, bound.Token);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (endpoint.Security is { } security)
                stream = await security.AsCallerAsync(stream, endpoint.Host, bound.Token);
            var client = new CommandClient(endpoint, socket, stream);
            await client.GreetAsync(bound.Token);
            return client;
        }
        catch (Exception problem) when (IsOfConnection(problem, cancellation))
        {
            socket.Dispose();
            throw Explain(endpoint, problem, "; is it the command port of a node, and does it ask for TLS (--trust, --certificate) or not?");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Gives a command.</summary>
    /// <param name="words">The words of the command.</param>
    /// <param name="onLine">Takes the lines of a command that goes on, until cancelled.</param>
    /// <param name="cancellation">Gives up waiting, or has seen enough lines; the connection is over then.</param>
    /// <returns>The result; null after a command that went on and ended by itself.</returns>
    /// <exception cref="CommandProblemException">The node says that it was not done, and why.</exception>
    /// <exception cref="CommandConnectionException">The connection broke.</exception>
    public async Task<CommandResult?> RunAsync(IReadOnlyList<string> words, Action<string> onLine, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(onLine);
        try
        {
            if (!await _frames.WriteAsync<CallerMessage>(new CallerMessage.Run([.. words]), FrameChannel.MaxCallerFrame, cancellation))
                throw CommandProblemException.Usage($"the command is longer than {FrameChannel.MaxCallerFrame} bytes");
            _isOver = true;
            var goesOn = false;
            while (true)
            {
                switch (await ReadAsync(goesOn ? Timeout.InfiniteTimeSpan : AnswerBound, cancellation))
                {
                    case NodeMessage.Line line:
                        goesOn = true;
                        onLine(ResultText.Clean(line.Text));
                        break;
                    case NodeMessage.Result result:
                        _isOver = false;
                        return result.Answer;
                    case NodeMessage.Refusal refusal:
                        _isOver = false;
                        throw new CommandProblemException(ResultText.Clean(refusal.Message), refusal.IsUsage);
                    case NodeMessage.End:
                        return null;
                    default:
                        throw new InvalidDataException("not an answer");
                }
            }
        }
        catch (Exception problem) when (IsOfConnection(problem, cancellation))
        {
            throw Explain(_endpoint, problem);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task GreetAsync(CancellationToken cancellation)
    {
        await _frames.WriteAsync<CallerMessage>(new CallerMessage.Hello(CallerMessage.CurrentVersion, _endpoint.Token), FrameChannel.MaxCallerFrame, cancellation);
        switch (await ReadAsync(ConnectBound, cancellation))
        {
            case NodeMessage.Welcome welcome:
                (Name, Chain) = (ResultText.Clean(welcome.Name), welcome.Chain is { } chain ? ResultText.Clean(chain) : null);
                break;
            case NodeMessage.Refusal refusal:
                throw new CommandConnectionException($"{_endpoint} does not let us in: {ResultText.Clean(refusal.Message)}");
            default:
                throw new InvalidDataException("not an answer");
        }
    }

    private async Task<NodeMessage> ReadAsync(TimeSpan idle, CancellationToken cancellation) =>
        await _frames.ReadAsync<NodeMessage>(idle, FrameBound, TimeProvider.System, cancellation) ?? throw new EndOfStreamException("the node ended the connection");

    /// <summary>Whether a problem is one of the connection, rather than that the caller gave up, or something else.</summary>
    private static bool IsOfConnection(Exception problem, CancellationToken cancellation) =>
        problem is OperationCanceledException && !cancellation.IsCancellationRequested
        || problem is SocketException or AuthenticationException or IOException or InvalidDataException;

    private static CommandConnectionException Explain(CommandEndpoint endpoint, Exception problem, string advice = "") => new(
        problem switch
        {
            OperationCanceledException => $"{endpoint} does not answer",
            SocketException => $"{endpoint} cannot be reached: {problem.Message}",
            AuthenticationException => $"{endpoint} and we do not agree on TLS: {problem.Message}",
            _ => $"{endpoint} ended the connection{advice}",
        },
        problem);
}
