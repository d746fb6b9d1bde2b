using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using HotStuff.Crypto;
using Microsoft.AspNetCore.Http;

namespace HotStuff.Web.Tests;

/// <summary>Who may do what.</summary>
public sealed class AccessTests
{
    private const string Elsewhere = "192.0.2.7";

    private static readonly AccessToken Token = new(ServerUnderTest.Token);

    public static TheoryData<string, string> EverythingButHealth => new()
    {
        { "GET", "/" }, { "GET", "/api/v1/cluster" }, { "GET", "/api/v1/node" }, { "GET", "/api/v1/blocks" }, { "GET", "/api/v1/evidence" }, { "GET", "/api/v1/feed" },
        { "GET", "/metrics" }, { "GET", "/openapi.json" }, { "GET", "/kv/a" }, { "PUT", "/kv/a" }, { "DELETE", "/kv/a" }, { "POST", "/commands" }, { "GET", "/nowhere" },
        { "POST", "/healthz" }, { "GET", "/healthz/" + "x" },
    };

    [Theory]
    [MemberData(nameof(EverythingButHealth))]
    public void An_unauthenticated_caller_from_elsewhere_can_do_nothing_but_read_health(string method, string path)
    {
        Assert.Equal(403, Judge(Request(method, path, Elsewhere, Usual(path)), token: null).Status);
        Assert.Equal(401, Judge(Request(method, path, Elsewhere, Usual(path)), Token).Status);
        Assert.Equal(401, Judge(Request(method, path, "::ffff:" + Elsewhere, Usual(path)), Token).Status);
    }

    [Fact]
    public async Task Over_an_address_of_the_machine_that_is_not_loopback_it_is_the_same()
    {
        // A machine without any has nobody elsewhere either: then its own address stands for a caller behind a proxy.
        var address = Addresses().FirstOrDefault();
        await using var server = await ServerUnderTest.StartAsync(new FakeGateway(), address ?? "127.0.0.1", withToken: true);
        (string, string)[] headers = address is null ? [("X-Forwarded-For", Elsewhere)] : [];

        foreach (var row in EverythingButHealth)
        {
            using var answer = await server.SendAsync(new HttpMethod((string)row[0]), (string)row[1], headers);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        foreach (var path in (string[])["/healthz", "/readyz"])
        {
            using var answer = await server.SendAsync(HttpMethod.Get, path, headers);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var shown = await server.SendAsync(HttpMethod.Get, "/api/v1/node", [("Authorization", $"Bearer {ServerUnderTest.Token}"), .. headers]);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
    }

    [Fact]
    public void A_caller_from_this_machine_may_use_everything_under_its_names()
    {
        foreach (var name in (string[])["localhost", "127.0.0.1:8080", "[::1]:8080", "node.example"])
            Assert.True(Judge(Request("GET", "/api/v1/node", "127.0.0.1", Access.Usual, name), Token).IsAllowed);
        Assert.True(Judge(Request("PUT", "/kv/a", "::1", Access.Usual), token: null).IsAllowed);
    }

    [Fact]
    public void A_name_that_was_made_to_point_here_gets_nothing()
    {
        Assert.Equal(403, Judge(Request("GET", "/api/v1/node", "127.0.0.1", Access.Usual, "evil.example"), Token).Status);
        Assert.Equal(403, Judge(Request("GET", "/", "127.0.0.1", Access.Page, "evil.example"), Token).Status);
        Assert.Equal(403, Judge(Request("GET", "/", "127.0.0.1", Access.Page, ""), Token).Status);
    }

    [Theory]
    [InlineData("Forwarded", "for=192.0.2.7")]
    [InlineData("X-Forwarded-For", "192.0.2.7")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    public void Who_comes_through_a_proxy_on_this_machine_is_from_elsewhere(string header, string value)
    {
        var request = Request("GET", "/api/v1/node", "127.0.0.1", Access.Usual);
        request.Request.Headers[header] = value;

        Assert.Equal(401, Judge(request, Token).Status);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 0)]
    [InlineData("Sec-Fetch-Site", "none", 0)]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Origin", "http://localhost:9999", 403)]
    [InlineData("Origin", "http://localhost:8080", 0)]
    public void What_pages_of_other_sites_ask_for_is_refused(string header, string value, int status)
    {
        foreach (var method in (string[])["GET", "PUT", "POST"])
        {
            var request = Request(method, "/kv/a", "127.0.0.1", Access.Usual, "localhost:8080");
            request.Request.Headers[header] = value;
            Assert.Equal(status, Judge(request, Token).Status);
        }
    }

    [Fact]
    public void A_link_on_another_site_leads_to_the_page()
    {
        var request = Request("GET", "/", "127.0.0.1", Access.Page);
        request.Request.Headers["Sec-Fetch-Site"] = "cross-site";

        Assert.True(Judge(request, token: null).IsAllowed);
    }

    [Fact]
    public void The_token_opens_everything_from_everywhere_and_nothing_like_it_does()
    {
        Assert.Equal(0, WithToken(ServerUnderTest.Token).Status);
        Assert.Equal(401, WithToken(ServerUnderTest.Token[..^1]).Status);
        Assert.Equal(401, WithToken("").Status);
        Assert.Equal(401, WithToken(Token.Cookie).Status);

        static AccessVerdict WithToken(string shown)
        {
            var request = Request("PUT", "/kv/a", Elsewhere, Access.Usual, "node.example");
            request.Request.Headers.Authorization = $"Bearer {shown}";
            return Judge(request, Token);
        }
    }

    [Fact]
    public void In_the_query_it_opens_the_page_and_its_events_only_and_gives_a_cookie()
    {
        Assert.True(Shown("/", Access.Page).GrantsCookie);
        Assert.True(Shown("/api/v1/feed", Access.Feed).GrantsCookie);
        Assert.Equal(401, Shown("/api/v1/node", Access.Usual).Status);

        static AccessVerdict Shown(string path, Access access)
        {
            var request = Request("GET", path, Elsewhere, access);
            request.Request.QueryString = new QueryString($"?token={ServerUnderTest.Token}");
            return Judge(request, Token);
        }
    }

    [Fact]
    public void The_cookie_lets_read_and_not_write()
    {
        Assert.Equal(0, WithCookie("GET", Token.Cookie).Status);
        Assert.Equal(401, WithCookie("PUT", Token.Cookie).Status);
        Assert.Equal(401, WithCookie("GET", ServerUnderTest.Token).Status);

        static AccessVerdict WithCookie(string method, string value)
        {
            var request = Request(method, "/api/v1/node", Elsewhere, Access.Usual);
            request.Request.Headers.Cookie = $"hotstuff-r1={value}";
            return Judge(request, Token);
        }
    }

    [Fact]
    public async Task The_cookie_is_for_this_site_and_not_for_scripts()
    {
        await using var server = await ServerUnderTest.StartAsync(withToken: true);

        using var page = await server.SendAsync(HttpMethod.Get, $"/?token={ServerUnderTest.Token}", ("X-Forwarded-For", Elsewhere));
        var cookie = Assert.Single(page.Headers.GetValues("Set-Cookie"));
        using var api = await server.SendAsync(HttpMethod.Get, "/api/v1/node", ("X-Forwarded-For", Elsewhere), ("Cookie", cookie.Split(';')[0]));

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.EndsWith("; path=/; samesite=strict; httponly", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(ServerUnderTest.Token, cookie, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, api.StatusCode);
    }

    [Fact]
    public void A_token_file_that_will_not_do_is_one_line()
    {
        var open = ServerUnderTest.WriteToken(mode: UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var brief = ServerUnderTest.WriteToken("short");
        try
        {
            Assert.Contains("chmod 600", Problem(open), StringComparison.Ordinal);
            Assert.Contains("16 to 1024", Problem(brief), StringComparison.Ordinal);
            Assert.Contains("there is no such file", Problem(brief + ".none"), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(open);
            File.Delete(brief);
        }

        static string Problem(string file) => Assert.Throws<ConfigurationProblemException>(() => AccessToken.Load(file)).Message;
    }

    private static Access Usual(string path) => path switch
    {
        "/" => Access.Page,
        "/api/v1/feed" => Access.Feed,
        "/healthz" => Access.Health,
        _ => Access.Usual,
    };

    private static AccessVerdict Judge(HttpContext context, AccessToken? token) => new AccessRule(token, "node.example", "hotstuff-r1").Judge(context);

    private static DefaultHttpContext Request(string method, string path, string from, Access access, string name = "localhost")
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Scheme = "http";
        context.Request.Path = path;
        context.Request.Host = new HostString(name);
        context.Connection.RemoteIpAddress = IPAddress.Parse(from);
        context.SetEndpoint(new Endpoint(requestDelegate: null, new EndpointMetadataCollection(access), path));
        return context;
    }

    private static IEnumerable<string> Addresses() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus == OperationalStatus.Up)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
        .Select(address => address.ToString());
}
