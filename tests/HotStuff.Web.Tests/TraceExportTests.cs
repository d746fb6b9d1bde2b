using System.Net;
using System.Threading.Channels;
using HotStuff.Cluster;
using HotStuff.Consensus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace HotStuff.Web.Tests;

/// <summary>Spans reach a collector.</summary>
public sealed class TraceExportTests
{
    [Fact]
    public async Task A_collector_gets_the_spans_of_commands()
    {
        var bodies = Channel.CreateUnbounded<byte[]>();
        var port = ServerUnderTest.FreePort(IPAddress.Loopback);
        await using var collector = Collector(port, bodies.Writer);
        await collector.StartAsync();
        var settings = new TracesSettings(Enabled: true, Sample: 1, new Uri($"http://127.0.0.1:{port}/v1/traces"));

        using (TraceExport.Start(settings, new ReplicaId(2)))
            CommandTraces.Create(settings, new ReplicaId(2))!.Received(CommandSegment.Create(new ClientId(5), 9, [new byte[] { 1 }]), TimeSpan.FromMilliseconds(3));
        var body = await bodies.Reader.ReadAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);

        var id = new byte[16];
        CommandTraces.TraceIdOf(new ClientId(5), 9).CopyTo(id);
        Assert.True(body.AsSpan().IndexOf(id) >= 0);
        Assert.True(body.AsSpan().IndexOf("replica"u8) >= 0);
    }

    [Fact]
    public void Nothing_is_sent_nowhere()
    {
        Assert.Null(TraceExport.Start(new TracesSettings(Enabled: true, Sample: 1, Endpoint: null), new ReplicaId(0)));
        Assert.Null(TraceExport.Start(new TracesSettings(Enabled: false, Sample: 1, new Uri("http://127.0.0.1:4318/v1/traces")), new ReplicaId(0)));
    }

    private static WebApplication Collector(int port, ChannelWriter<byte[]> bodies)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var application = builder.Build();
        application.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await bodies.WriteAsync(body.ToArray());
            context.Response.StatusCode = StatusCodes.Status200OK;
        });
        return application;
    }
}
