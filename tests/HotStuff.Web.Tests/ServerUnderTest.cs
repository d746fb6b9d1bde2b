using System.Net;
using System.Net.Sockets;
using HotStuff.Cluster;

namespace HotStuff.Web.Tests;

/// <summary>A server on this machine, a fake node behind it, and who asks it.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    public const string Token = "correct-horse-battery-staple";

    private readonly WebServer _server;
    private readonly string? _tokenFile;

    private ServerUnderTest(WebServer server, FakeNode node, string? tokenFile)
    {
        _server = server;
        _tokenFile = tokenFile;
        Node = node;
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { BaseAddress = server.Address };
    }

    public FakeNode Node { get; }

    public HttpClient Client { get; }

    public static async Task<ServerUnderTest> StartAsync(IGatewayClient? gateway = null, string host = "127.0.0.1", bool withToken = false)
    {
        var node = new FakeNode();
        var file = withToken ? WriteToken() : null;
        var settings = new HttpSettings(Enabled: true, host, Port: 0, Gateway: gateway is not null, file);
        return new ServerUnderTest(await WebServer.StartAsync(settings, node, FreePort(IPAddress.Parse(host)), gateway, TimeProvider.System), node, file);
    }

    /// <summary>A request of which every header can be said.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers) => SendAsync(method, path, null, headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[]? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new ByteArrayContent(body);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public static string WriteToken(string token = Token, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, token + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, mode);
        return file;
    }

    public static int FreePort(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        await Node.DisposeAsync();
        if (_tokenFile is not null)
            File.Delete(_tokenFile);
    }
}
