using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using HotStuff.Cluster;

namespace HotStuff.Operator;

/// <summary>
/// The port where operators give commands. Beyond this machine it listens only when callers must authenticate. Nothing is served to who has not, and nothing that comes in ends more than its own connection.
/// </summary>
public sealed class CommandHost : IAsyncDisposable
{
    private readonly CommandHostOptions _options;
    private readonly CommandCatalog _catalog;
    private readonly OperatorContext _context;
    private readonly Socket _socket;
    private readonly byte[]? _tokenDigest;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, Task> _connections = new();
    private readonly Task _accepting;
    private int _isDisposed;

    private CommandHost(CommandHostOptions options, CommandCatalog catalog, OperatorContext context, Socket socket)
    {
        _options = options;
        _catalog = catalog;
        _context = context;
        _socket = socket;
        _tokenDigest = options.Token is { } token ? SHA256.HashData(Encoding.UTF8.GetBytes(token)) : null;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The address and port in use.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Connections open now.</summary>
    public int Connections => _connections.Count;

    /// <summary>Begins to listen.</summary>
    /// <param name="options">Where, and for whom.</param>
    /// <param name="catalog">The commands.</param>
    /// <param name="context">What they may see and do.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="SettingsException">The address cannot be used, or is not this machine's own while callers need not authenticate.</exception>
    public static async Task<CommandHost> StartAsync(CommandHostOptions options, CommandCatalog catalog, OperatorContext context, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Socket? socket = null;
        try
        {
            var address = IPAddress.TryParse(options.Host, out var parsed) ? parsed : (await Dns.GetHostAddressesAsync(options.Host, cancellation))[0];
            if (!IPAddress.IsLoopback(address) && options.Token is null && options.Security is not { AsksForCertificate: true })
            {
                throw new SettingsException(
                    $"hotstuff.commands.host is '{options.Host}'; allowed: 127.0.0.1, or any with hotstuff.commands.token-file or hotstuff.commands.trusted-certificates-file");
            }

            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, options.Port));
            socket.Listen(64);
            return new CommandHost(options, catalog, context, socket);
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            throw ListenProblem.Of("commands", "host", options.Host, options.Port, exception);
        }
    }

    /// <summary>Stops listening and ends all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync();
        _socket.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _stop.Dispose();
        _options.Security?.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Begin(await _socket.AcceptAsync(_stop.Token));
            }
            catch (Exception e) when (_stop.IsCancellationRequested && e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // This one connection failed before it was ours (reset by the caller, or out of handles: the next may fare better).
                await Task.Delay(TimeSpan.FromMilliseconds(10), _options.TimeProvider, CancellationToken.None);
            }
        }
    }

    private void Begin(Socket socket)
    {
        if (_connections.Count >= _options.MaxConnections)
        {
            socket.Dispose();
            return;
        }

        // The connection is listed before it runs, so that it cannot end first.
        var listed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[socket] = ServeAsync(socket, listed.Task);
        listed.SetResult();
    }

    private async Task ServeAsync(Socket socket, Task listed)
    {
        await listed;
        try
        {
            socket.NoDelay = true;
            // Who watches and vanishes without a word is noticed by the system.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            var caller = socket.RemoteEndPoint?.ToString() ?? "";
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            await new CommandSession(_options, _tokenDigest, _catalog, _context, caller).RunAsync(stream, _stop.Token);
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            // The caller was gone before it could be served.
        }
        catch (Exception exception)
        {
            // A mistake of ours costs this connection and nothing else.
            _context.Log.Note($"a connection of an operator failed: {exception.Message.ReplaceLineEndings(" ")}");
        }
        finally
        {
            _connections.TryRemove(socket, out _);
            socket.Dispose();
        }
    }
}
