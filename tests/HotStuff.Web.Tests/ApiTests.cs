using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HotStuff.Cluster;
using HotStuff.Consensus;

namespace HotStuff.Web.Tests;

/// <summary>What is read of a node.</summary>
public sealed class ApiTests
{
    [Fact]
    public async Task The_cluster_is_described_as_the_page_expects()
    {
        await using var server = await ServerUnderTest.StartAsync();

        var cluster = await server.Client.GetFromJsonAsync<JsonElement>("/api/v1/cluster");

        Assert.Equal(
            """{"chain":"fake","protocol":"chained","signatures":"ed25519","leaders":"round-robin","self":1,"n":4,"f":1,"quorum":3,"replicas":[""",
            cluster.GetRawText()[..(cluster.GetRawText().IndexOf('[', StringComparison.Ordinal) + 1)]);
        Assert.Equal(
            """{"id":3,"host":"127.0.0.1","ports":{"ops":23003,"consensus":23103,"client":23203,"http":23303,"command":23403}}""",
            cluster.GetProperty("replicas")[3].GetRawText());
    }

    [Fact]
    public async Task The_node_is_described_as_the_page_expects()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.Node.Counters.Refused(Refusal.OldView);

        var node = await server.Client.GetStringAsync("/api/v1/node");

        Assert.Equal(
            """{"id":1,"view":12,"leader":3,"height":8,"committed":9,"lockedView":10,"highQcView":11,"peers":3,"pending":5,"timeouts":2,"commands":70,"blocks":7"""
            + ""","version":"1.2.3","uptimeS":61,"cpuS":1.5,"rssMb":100,"checkpoint":0,"oldest":0,"evidence":0,"paused":false,"ready":true,"members":[],"refusals":{"oldView":1}}""",
            node);
    }

    [Fact]
    public async Task Blocks_come_newest_first_and_as_many_as_wanted()
    {
        await using var server = await ServerUnderTest.StartAsync();

        var blocks = await server.Client.GetFromJsonAsync<JsonElement>("/api/v1/blocks?n=2");

        Assert.Equal(2, blocks.GetArrayLength());
        var id = string.Concat(Enumerable.Repeat("0b", 32));
        var parent = string.Concat(Enumerable.Repeat("0a", 32));
        Assert.Equal(
            $$"""{"id":"{{id}}","parent":"{{parent}}","height":11,"view":11,"proposer":2,"commands":100,"bytes":2048,"state":"certified"}""", blocks[0].GetRawText());
        Assert.Equal(3, (await server.Client.GetFromJsonAsync<JsonElement>("/api/v1/blocks")).GetArrayLength());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1001")]
    [InlineData("many")]
    public async Task A_number_of_blocks_that_is_not_allowed_is_a_problem(string n)
    {
        await using var server = await ServerUnderTest.StartAsync();

        using var answer = await server.SendAsync(HttpMethod.Get, $"/api/v1/blocks?n={n}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Evidence_says_who_did_what()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.Node.Evidence = [new DoubleProcess(new ReplicaId(2), 1, 2)];

        Assert.Equal(
            """[{"culprit":2,"view":0,"kind":"doubleProcess","text":"two processes at once use the key of r2"}]""",
            await server.Client.GetStringAsync("/api/v1/evidence"));
    }

    [Fact]
    public async Task Health_is_good_until_the_node_has_ended()
    {
        await using var server = await ServerUnderTest.StartAsync();

        Assert.Equal("""{"status":"ok","replica":1,"reason":null}""", await server.Client.GetStringAsync("/healthz"));
        await server.Node.ConsensusSystem.Terminate();
        using var after = await server.SendAsync(HttpMethod.Get, "/healthz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, after.StatusCode);
    }

    [Fact]
    public async Task A_paused_replica_is_not_ready_and_says_why()
    {
        await using var server = await ServerUnderTest.StartAsync();
        Assert.Equal("""{"status":"ready","replica":1,"reason":null}""", await server.Client.GetStringAsync("/readyz"));

        server.Node.Pause();
        using var answer = await server.SendAsync(HttpMethod.Get, "/readyz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("""{"status":"notReady","replica":1,"reason":"an operator paused it"}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_replica_is_ready_when_it_has_caught_up_with_what_it_knows()
    {
        await using var node = new FakeNode();
        var status = node.Report!.Status;

        Assert.Equal("2 peers", Reason(status with { PeersProven = 1 }, quorum: 2));
        Assert.Equal("101 committed blocks are not executed", Reason(status with { Committed = new Height(109) }));
        Assert.Equal("the last committed block is 101 views behind the highest certificate", Reason(status with { HighQcView = new View(110) }));
        Assert.Null(Reason(status with { Committed = new Height(108), HighQcView = new View(109) }));
        Assert.Equal("it is starting", Readiness.Of(node, node.Report with { Holdings = null }, []).Reason);
        Assert.Equal("it does not answer", Readiness.Of(node, null, []).Reason);
        Assert.Null(Readiness.Of(node, node.Report with { Status = status with { HighQcView = View.Genesis } }, []).Reason);

        string? Reason(Client.NodeStatus changed, int? quorum = null)
        {
            var readiness = Readiness.Of(node, node.Report with { Status = changed }, node.NewestBlocks);
            Assert.Equal(readiness.IsReady, readiness.Reason is null);
            return quorum is null ? readiness.Reason : readiness.Reason!.Contains("1 peers", StringComparison.Ordinal) ? $"{quorum} peers" : readiness.Reason;
        }
    }

    [Fact]
    public async Task However_many_ask_the_replica_is_asked_now_and_then()
    {
        await using var node = new FakeNode();
        var time = new ManualTime();
        var observer = new NodeObserver(node, time);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => observer.ReportAsync()));
        var before = node.TimesAsked;
        time.Advance(TimeSpan.FromMilliseconds(200));
        await observer.ReportAsync();

        Assert.Equal((1, 2), (before, node.TimesAsked));
    }

    [Fact]
    public async Task A_replica_that_does_not_answer_is_a_problem_and_no_wait_without_end()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.Node.Report = null;

        using var answer = await server.SendAsync(HttpMethod.Get, "/api/v1/node");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("the replica does not answer", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_is_served_with_what_keeps_browsers_careful()
    {
        await using var server = await ServerUnderTest.StartAsync();

        using var page = await server.SendAsync(HttpMethod.Get, "/");
        using var again = await server.SendAsync(HttpMethod.Get, "/", ("If-None-Match", page.Headers.ETag!.ToString()));

        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache", page.Headers.CacheControl?.ToString());
        Assert.StartsWith("default-src 'self';", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(page.Headers.Contains("Server"));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("/../WebServer.cs")]
    [InlineData("/%2e%2e/index.html")]
    [InlineData("/..%2findex.html")]
    [InlineData("/page/index.html")]
    [InlineData("//etc/passwd")]
    public async Task No_path_leads_to_anything_but_the_page(string path)
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

        using var answer = await server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_port_in_use_is_one_line()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var port = server.Client.BaseAddress!.Port;

        var problem = await Assert.ThrowsAsync<SettingsException>(() => WebServer.StartAsync(new HttpSettings(true, "127.0.0.1", port, false, null), server.Node));

        Assert.StartsWith($"hotstuff.http.port: 127.0.0.1:{port} cannot be listened on: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_one_line()
    {
        await using var node = new FakeNode();

        var problem = await Assert.ThrowsAsync<SettingsException>(() => WebServer.StartAsync(new HttpSettings(true, "no-such-host.invalid", 23_999, false, null), node));

        Assert.StartsWith("hotstuff.http.host: no-such-host.invalid:23999 cannot be listened on: ", problem.Message, StringComparison.Ordinal);
    }
}
