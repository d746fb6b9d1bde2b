using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;

namespace HotStuff.Cluster;

/// <summary>
/// A transport of Akka.Remote straight on sockets. What it puts on the wire DotNetty understands, and the other way round. Against DotNetty it spares the
/// threads and queues between an actor and the socket, and it bounds what waits for a peer that does not read.
/// </summary>
/// <remarks>Made by Akka.Remote from the section of the configuration that <c>akka.remote.enabled-transports</c> names.</remarks>
#pragma warning disable CA1001 // The cancellation source holds nothing to free; Shutdown frees the rest.
public sealed class SocketTransport : Akka.Remote.Transport.Transport
#pragma warning restore CA1001
{
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly string _bindHost;
    private readonly string _host;
    private readonly int _port;
    private readonly int _maxConnections;
    private readonly TimeSpan _connectionTimeout;
    private readonly RefusalLog _log;
    private readonly TaskCompletionSource<IAssociationEventListener> _listener = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<SocketConnection, bool> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private Socket? _listening;
    private Task _accepting = Task.CompletedTask;
    private Address _local = Address.AllSystems;

    /// <summary>With the keys of <c>akka.remote.sockets</c> in consensus.conf.</summary>
    public SocketTransport(ActorSystem system, Config config)
    {
        System = system;
        Config = config;
        SchemeIdentifier = "tcp";
        _bindHost = config.GetString("hostname");
        _host = config.GetString("public-hostname");
        _port = config.GetInt("port");
        _maxConnections = config.GetInt("max-connections");
        _connectionTimeout = config.GetTimeSpan("connection-timeout");
        Delay = config.GetTimeSpan("delay", TimeSpan.Zero);
        MaxQueuedBytes = (int)config.GetByteSize("max-queued-bytes")!.Value;
        MaxFrameBytes = (int)config.GetByteSize("maximum-frame-size")!.Value;
        MaximumPayloadBytes = MaxFrameBytes;
        Counters = TransportCounters.Of(system);
        _log = new RefusalLog(system, TimeProvider.System);
    }

    internal int MaxFrameBytes { get; }

    internal int MaxQueuedBytes { get; }

    /// <summary>How long everything that is sent is held back.</summary>
    internal TimeSpan Delay { get; }

    internal TransportCounters Counters { get; }

    /// <summary>Connections open now, ours to others and others' to us.</summary>
    internal int Connections => _connections.Count;

    /// <inheritdoc/>
    public override bool IsResponsibleFor(Address remote) => true;

    /// <inheritdoc/>
    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        var address = await ResolveAsync(_bindHost);
        _listening = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listening.Bind(new IPEndPoint(address, _port));
            _listening.Listen();
        }
        catch (SocketException)
        {
            _listening.Dispose();
            throw;
        }

        _local = new Address(SchemeIdentifier, System.Name, _host, ((IPEndPoint)_listening.LocalEndPoint!).Port);
        _accepting = AcceptAsync(_listening);
        return (_local, _listener);
    }

    /// <inheritdoc/>
    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        ArgumentNullException.ThrowIfNull(remoteAddress);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            timeout.CancelAfter(_connectionTimeout);
            await socket.ConnectAsync(remoteAddress.Host, remoteAddress.Port!.Value, timeout.Token);
            // Linux connects a port of its own range with itself when nobody listens there, and then nobody can.
            if (Equals(socket.LocalEndPoint, socket.RemoteEndPoint))
                throw new SocketException((int)SocketError.ConnectionRefused);
            return Open(socket, remoteAddress);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            socket.Dispose();
            throw new InvalidAssociationException($"{remoteAddress.Host}:{remoteAddress.Port} cannot be reached: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public override async Task<bool> Shutdown()
    {
        await _stopping.CancelAsync();
        _listening?.Dispose();
        _listener.TrySetCanceled();
        await _accepting;
        await Task.WhenAll(_connections.Keys.Select(connection => connection.CloseAsync()));
        return true;
    }

    internal void Forget(SocketConnection connection) => _connections.TryRemove(connection, out _);

    internal void Refuse(TransportRefusal reason, Address remote) => _log.Refuse(reason, remote);

    private static async Task<IPAddress> ResolveAsync(string host)
    {
        if (IPAddress.TryParse(host, out var address))
            return address;
        var addresses = await Dns.GetHostAddressesAsync(host);
        return addresses.FirstOrDefault(candidate => candidate.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
    }

    private async Task AcceptAsync(Socket listening)
    {
        try
        {
            var listener = await _listener.Task;
            while (true)
            {
                if (await TryAcceptAsync(listening) is { } socket && AddressOf(socket) is { } remote)
                    Accept(listener, socket, remote);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // Shut down.
        }
    }

    private void Accept(IAssociationEventListener listener, Socket socket, Address remote)
    {
        if (_connections.Count >= _maxConnections)
        {
            Refuse(TransportRefusal.TooManyConnections, remote);
            socket.Dispose();
            return;
        }

        try
        {
            listener.Notify(new InboundAssociation(Open(socket, remote)));
        }
        catch (SocketException)
        {
            // It has ended already. Others must still be let in.
            socket.Dispose();
        }
    }

    private async Task<Socket?> TryAcceptAsync(Socket listening)
    {
        try
        {
            return await listening.AcceptAsync(_stopping.Token);
        }
        catch (SocketException)
        {
            // The connection was gone already, or the process has no more descriptors.
            await Task.Delay(AcceptPause, _stopping.Token);
            return null;
        }
    }

    private Address? AddressOf(Socket socket)
    {
        try
        {
            var remote = (IPEndPoint)socket.RemoteEndPoint!;
            var address = remote.Address.IsIPv4MappedToIPv6 ? remote.Address.MapToIPv4() : remote.Address;
            return new Address(SchemeIdentifier, System.Name, address.ToString(), remote.Port);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private SocketConnection Open(Socket socket, Address remote)
    {
        var connection = new SocketConnection(socket, _local, remote, this);
        _connections[connection] = true;
        // Shutdown may have looked before this one was there.
        if (_stopping.IsCancellationRequested)
            _ = connection.CloseAsync();
        _ = connection.RunAsync();
        return connection;
    }
}
