using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using CsCheck;

namespace HotStuff.Operator.Tests;

/// <summary>Whatever comes in, it costs its own connection and nothing else.</summary>
public sealed class HostileCallerTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private const string Hello = """{"kind":"hello","version":1,"token":null}""";

    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(options => options with { MaxConnections = 4 });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(16 * 1024 + 1)]
    [InlineData(int.MaxValue)]
    public async Task A_length_that_is_not_allowed_ends_the_connection(int length) => await EndsAsync(Length(length));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001")]
    public async Task Another_protocol_ends_the_connection(string text) => await EndsAsync(Encoding.Latin1.GetBytes(text));

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"kind\":\"hello\"}")]
    [InlineData("{\"kind\":\"hello\",\"version\":\"one\",\"token\":null}")]
    [InlineData("{\"kind\":\"bye\"}")]
    [InlineData("{\"kind\":7}")]
    [InlineData("{\"kind\":\"hello\",\"version\":1,\"token\":\"\\ud800\"}")]
    [InlineData("{\"kind\":\"hello\",\"version\":1,\"token\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}")]
    [InlineData("not json")]
    public async Task What_is_no_message_ends_the_connection(string json) => await EndsAsync(Frame(json));

    [Fact]
    public async Task Nothing_is_served_before_the_first_message()
    {
        await EndsAsync(Frame("""{"kind":"run","words":["hotstuff","pause"]}"""));

        Assert.Empty(_host.Node.Done);
    }

    [Theory]
    [InlineData("{\"kind\":\"run\"}")]
    [InlineData("{\"kind\":\"run\",\"words\":null}")]
    [InlineData(Hello)]
    [InlineData("[1,2,3]")]
    public async Task What_is_no_command_ends_the_connection_after_the_welcome(string json) => Assert.Contains("welcome", await EndsAsync([.. Frame(Hello), .. Frame(json)]), StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"kind\":\"run\",\"words\":[null]}")]
    [InlineData("{\"kind\":\"run\",\"words\":[]}")]
    [InlineData("{\"kind\":\"run\",\"words\":[\"\"]}")]
    public async Task A_command_that_is_none_is_refused(string json) => Assert.Contains("refusal", await EndsAsync([.. Frame(Hello), .. Frame(json), .. Length(0)]), StringComparison.Ordinal);

    [Fact]
    public async Task Who_says_another_version_is_told_which_is_allowed() => Assert.Contains(
        "speaks version 2 of operator commands; allowed: 1", await EndsAsync(Frame("""{"kind":"hello","version":2,"token":null}""")), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(20)]
    public async Task Who_says_a_part_of_a_message_and_no_more_is_not_waited_for(int bytes)
    {
        await using var stream = await _host.ConnectRawAsync();
        await stream.WriteAsync(Frame(Hello).AsMemory(0, bytes));
        await TestHost.EventuallyAsync(() => _host.Connections == 1);
        var answer = stream.ReadAsync(new byte[1]).AsTask();

        await TestHost.EventuallyAsync(() =>
        {
            _host.Time.Advance(TimeSpan.FromSeconds(1));
            return answer.IsCompleted;
        });

        Assert.Equal(0, await answer);
    }

    [Fact]
    public async Task Who_asks_for_lines_and_does_not_read_them_is_not_waited_for()
    {
        await using var stream = await _host.ConnectRawAsync();
        await stream.WriteAsync((byte[])[.. Frame(Hello), .. Frame("""{"kind":"run","words":["log","tail"]}""")]);
        _host.Log.Note("first");
        var seen = "";
        var buffer = new byte[1024];
        while (!seen.Contains("first", StringComparison.Ordinal) && await stream.ReadAsync(buffer).AsTask().WaitAsync(Bound) is > 0 and var read)
            seen += Encoding.UTF8.GetString(buffer, 0, read);
        await TestHost.EventuallyAsync(() =>
        {
            _host.Log.Note(new string('x', 100_000));
            _host.Time.Advance(TimeSpan.FromSeconds(1));
            return _host.Connections == 0;
        });
    }

    [Fact]
    public async Task More_connections_than_allowed_are_turned_away()
    {
        var clients = new List<CommandClient>();
        for (var i = 0; i < 4; i++)
            clients.Add(await _host.ConnectAsync());

        await Assert.ThrowsAsync<CommandConnectionException>(() => _host.ConnectAsync());

        foreach (var client in clients)
            await client.DisposeAsync();
        await _host.EndOfConnectionsAsync();
        await StillServesAsync();
    }

    [Fact]
    public async Task Any_bytes_are_survived()
    {
        await Gen.Byte.Array[0, 200].Select(Gen.Bool, Gen.Bool).SampleAsync(
            async (bytes, welcomed, framed) =>
            {
                await using var stream = await _host.ConnectRawAsync();
                await stream.WriteAsync((byte[])[.. welcomed ? Frame(Hello) : [], .. framed ? Length(bytes.Length) : [], .. bytes]);
                stream.Socket.Shutdown(SocketShutdown.Send);
                await ReadToEndAsync(stream);
            },
            iter: 100,
            threads: 1);

        await StillServesAsync();
        _host.Log.Lines.Complete();
        Assert.Empty(await _host.Log.TailAsync(10).ToArrayAsync());
    }

    private static byte[] Length(int length)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return bytes;
    }

    private static byte[] Frame(string json) => [.. Length(Encoding.UTF8.GetByteCount(json)), .. Encoding.UTF8.GetBytes(json)];

    private static async Task<string> ReadToEndAsync(NetworkStream stream)
    {
        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer).WaitAsync(Bound);
        }
        catch (IOException)
        {
            // The host closed while there was more to read for it.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    /// <summary>Says something, and waits for the end of the connection; the host must go on. Returns what it answered.</summary>
    private async Task<string> EndsAsync(byte[] bytes)
    {
        await using var stream = await _host.ConnectRawAsync();
        await stream.WriteAsync(bytes);
        var answer = await ReadToEndAsync(stream);
        await StillServesAsync();
        return answer;
    }

    private async Task StillServesAsync()
    {
        await using var client = await _host.ConnectAsync();
        Assert.Equal("info", ResultText.Lines((await client.RunAsync(["log", "level"], _ => { }))!).First());
    }
}
