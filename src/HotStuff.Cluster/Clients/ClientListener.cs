using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using HotStuff.Client.Wire;

namespace HotStuff.Cluster.Clients;

/// <summary>
/// Where clients connect: a TCP listener of its own, so that clients share neither connections nor threads with the replicas' messages.
/// Memory is bounded by
/// the number of connections and what each may hold and queue.
/// </summary>
public sealed class ClientListener : IAsyncDisposable
{
    // Connections beyond the allowed ones that are kept until they were told so.
    private const int MaxRefusals = 64;

    private readonly ClientListenerOptions _options;
    private readonly IClientHandler _handler;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ClientConnection, Task> _connections = new();
    private readonly long[] _disconnects = new long[Enum.GetValues<ClientDisconnect>().Length];
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Traffic _traffic = new();
    private readonly Task _accepting;
    private long _accepted;
    private int _isDisposed;

    private ClientListener(ClientListenerOptions options, IClientHandler handler, Socket socket)
    {
        _options = options;
        _handler = handler;
        _socket = socket;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The address and port in use.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Connections open now, refused ones that are not closed yet included.</summary>
    public int Connections => _connections.Count;

    /// <summary>Connections ever accepted.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Bytes of frames sent to clients.</summary>
    public long BytesSent => _traffic.Sent;

    /// <summary>Bytes of frames received from clients.</summary>
    public long BytesReceived => _traffic.Received;

    /// <summary>Fails when the handler threw, which nothing here recovers from; never completes otherwise.</summary>
    public Task Failed => _failed.Task;

    /// <summary>How many connections ended for this reason.</summary>
    public long Disconnects(ClientDisconnect reason) => Interlocked.Read(ref _disconnects[(int)reason]);

    /// <summary>Begins to listen.</summary>
    /// <exception cref="IOException">The address cannot be used, for example because the port is in use; the message is one line that says
    /// which and why.</exception>
    public static async Task<ClientListener> StartAsync(ClientListenerOptions options, IClientHandler handler, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handler);
        Socket? socket = null;
        try
        {
            var address = IPAddress.TryParse(options.Host, out var parsed)
                ? parsed
                : (await Dns.GetHostAddressesAsync(options.Host, cancellation))[0];
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, options.Port));
            socket.Listen(512);
            return new ClientListener(options, handler, socket);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            var why = e.SocketErrorCode == SocketError.AddressAlreadyInUse ? "the port is in use" : e.Message;
            throw new IOException($"cannot listen for clients on {options.Host}:{options.Port}: {why}", e);
        }
    }

    /// <summary>Stops listening, closes all connections and waits for them to end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;

        await _stop.CancelAsync();
        _socket.Dispose();
        await _accepting;
        foreach (var (connection, running) in _connections)
        {
            connection.Close();
            await running;
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _socket.AcceptAsync(_stop.Token);
            }
            catch (Exception e) when (_stop.IsCancellationRequested && e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // This one connection failed before it was ours (reset by the client, or out of handles: the next may fare better).
                await Task.Delay(TimeSpan.FromMilliseconds(10), _options.TimeProvider, CancellationToken.None);
                continue;
            }

            Interlocked.Increment(ref _accepted);
            var open = _connections.Count;
            if (open >= _options.MaxConnections + MaxRefusals)
            {
                socket.Dispose();
                Count(ClientDisconnect.TooManyConnections);
                continue;
            }

            Begin(new ClientConnection(socket, _options, _handler, isRefused: open >= _options.MaxConnections, _traffic));
        }
    }

    private void Begin(ClientConnection connection)
    {
        // The connection is listed before it runs, so that it cannot end first.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[connection] = ServeAsync(connection, started.Task);
        started.SetResult();
    }

    private async Task ServeAsync(ClientConnection connection, Task started)
    {
        await started;
        try
        {
            Count(await connection.RunAsync());
        }
        catch (Exception e)
        {
            _failed.TrySetException(e);
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    private void Count(ClientDisconnect reason) => Interlocked.Increment(ref _disconnects[(int)reason]);
}
