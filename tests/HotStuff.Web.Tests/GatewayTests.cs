using System.Net;
using System.Text;
using System.Text.Json;
using HotStuff.Client;
using HotStuff.StateMachine;

namespace HotStuff.Web.Tests;

/// <summary>Commands over HTTP.</summary>
public sealed class GatewayTests
{
    [Fact]
    public async Task A_value_is_put_read_in_both_ways_and_deleted()
    {
        await using var server = await ServerUnderTest.StartAsync(new FakeGateway());

        using var put = await server.SendAsync(HttpMethod.Put, "/kv/colour", "green"u8.ToArray());
        using var got = await server.SendAsync(HttpMethod.Get, "/kv/colour");
        using var stale = await server.SendAsync(HttpMethod.Get, "/kv/colour?read=stale");
        using var deleted = await server.SendAsync(HttpMethod.Delete, "/kv/colour");
        using var gone = await server.SendAsync(HttpMethod.Get, "/kv/colour");

        Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        Assert.Equal("2", Assert.Single(put.Headers.GetValues("X-HotStuff-Replies")));
        Assert.Equal("green", await got.Content.ReadAsStringAsync());
        Assert.Equal("green", await stale.Content.ReadAsStringAsync());
        Assert.Equal("8", Assert.Single(stale.Headers.GetValues("X-HotStuff-Height")));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal("the key has no value", await DetailAsync(gone));
    }

    [Fact]
    public async Task A_command_is_passed_on_as_it_is()
    {
        await using var gateway = new FakeGateway();
        await using var server = await ServerUnderTest.StartAsync(gateway);
        var command = KeyValueCommand.Increment("visits"u8, 3);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/commands") { Content = new ByteArrayContent(command) };
        // As curl does.
        request.Content.Headers.ContentType = new("application/x-www-form-urlencoded");
        using var answer = await server.Client.SendAsync(request);

        Assert.Equal(command, gateway.Last);
        var result = KeyValueResult.TryRead(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("3", Encoding.UTF8.GetString(result!.Value.Span));
    }

    [Theory]
    [InlineData("/kv/a", "61")]
    [InlineData("/kv/a/b", "612f62")]
    [InlineData("/kv/a%2fb", "612f62")]
    [InlineData("/kv/%00%FF", "00ff")]
    [InlineData("/kv/a+b?read=stale", "612b62")]
    [InlineData("/kv/%252F", "253246")]
    [InlineData("/kv/", null)]
    [InlineData("/kv/%", null)]
    [InlineData("/kv/%2", null)]
    [InlineData("/kv/%zz", null)]
    [InlineData("/KV/a", null)]
    [InlineData("http://localhost/kv/a", null)]
    public void A_key_is_any_bytes(string target, string? key) =>
        Assert.Equal(key, KeyPath.TryRead(target) is { } bytes ? Convert.ToHexStringLower(bytes) : null);

    [Fact]
    public void A_key_is_not_too_long()
    {
        Assert.NotNull(KeyPath.TryRead("/kv/" + new string('a', KeyValueCommand.MaxKeyBytes)));
        Assert.Null(KeyPath.TryRead("/kv/" + new string('a', KeyValueCommand.MaxKeyBytes + 1)));
    }

    [Theory]
    [InlineData("/kv/", "is not a key")]
    [InlineData("/KV/a", "is not a key")]
    [InlineData("/kv/a?read=dirty", "allowed are linearizable, stale")]
    public async Task A_bad_request_is_a_problem(string path, string detail)
    {
        await using var server = await ServerUnderTest.StartAsync(new FakeGateway());

        using var answer = await server.SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(detail, await DetailAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_large_is_refused_whether_or_not_it_says_its_length()
    {
        await using var server = await ServerUnderTest.StartAsync(new FakeGateway());
        // The genesis file allows 2000 bytes, with 1 for the operation, 1 for the key's length and 1 for the key.
        using var fits = await server.SendAsync(HttpMethod.Put, "/kv/a", new byte[1997]);
        using var over = await server.SendAsync(HttpMethod.Put, "/kv/a", new byte[1998]);
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/commands") { Content = new StreamContent(new MemoryStream(new byte[2001])) };
        chunked.Headers.TransferEncodingChunked = true;
        using var command = await server.Client.SendAsync(chunked);

        Assert.Equal(HttpStatusCode.NoContent, fits.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, over.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, command.StatusCode);
    }

    [Theory]
    [InlineData(ClientFailure.Overloaded, 429)]
    [InlineData(ClientFailure.CommandTooLarge, 413)]
    [InlineData(ClientFailure.TimedOut, 504)]
    [InlineData(ClientFailure.NoQuorumReachable, 503)]
    [InlineData(ClientFailure.SessionExpired, 503)]
    public async Task What_fails_is_a_problem_that_says_why(ClientFailure failure, int status)
    {
        await using var server = await ServerUnderTest.StartAsync(new FakeGateway { Failure = failure });

        using var answer = await server.SendAsync(HttpMethod.Put, "/kv/a", [1]);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status == 429, answer.Headers.RetryAfter is not null);
        Assert.NotEmpty(await DetailAsync(answer));
    }

    [Fact]
    public async Task It_is_there_only_when_wanted()
    {
        await using var server = await ServerUnderTest.StartAsync(gateway: null);

        using var answer = await server.SendAsync(HttpMethod.Put, "/kv/a", [1]);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("no commands are taken here: hotstuff.http.gateway is off", await DetailAsync(answer));
    }

    [Fact]
    public async Task The_description_has_every_route()
    {
        await using var server = await ServerUnderTest.StartAsync(new FakeGateway());

        var description = JsonElement.Parse(await server.Client.GetStringAsync("/openapi.json"));

        Assert.Equal(
            [
                "get /api/v1/blocks", "get /api/v1/cluster", "get /api/v1/evidence", "get /api/v1/feed", "get /api/v1/node", "post /commands", "get /healthz",
                "delete /kv/{key}", "get /kv/{key}", "put /kv/{key}", "get /readyz",
            ],
            description.GetProperty("paths").EnumerateObject().OrderBy(path => path.Name, StringComparer.Ordinal)
                .SelectMany(path => path.Value.EnumerateObject().OrderBy(method => method.Name, StringComparer.Ordinal).Select(method => $"{method.Name} {path.Name}")));
        Assert.True(description.GetProperty("paths").GetProperty("/kv/{key}").GetProperty("put").GetProperty("responses").TryGetProperty("429", out _));
    }

    private static async Task<string> DetailAsync(HttpResponseMessage answer) =>
        JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("detail").GetString()!;
}
