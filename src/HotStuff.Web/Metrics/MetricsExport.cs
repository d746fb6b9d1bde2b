using System.Diagnostics.Metrics;
using HotStuff.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace HotStuff.Web;

/// <summary>Serves the meters <c>HotStuff</c> and <c>System.Runtime</c> in the text format of Prometheus.</summary>
internal sealed class MetricsExport(NodeMetrics metrics) : IDisposable
{
    // As many combinations of labels as any instrument has, and a few. Room for each is set aside at the start; the usual 2000 would be megabytes.
    private const int MaxSeries = 64;

    private readonly MeterProvider _provider = Sdk.CreateMeterProviderBuilder()
        .AddMeter(NodeInstruments.MeterName, "System.Runtime")
        .AddView(instrument => metrics.IsOfAnotherNode(instrument) ? MetricStreamConfiguration.Drop
            : instrument is Histogram<double> or Histogram<int> ? null
            : new MetricStreamConfiguration { CardinalityLimit = MaxSeries })
        .AddPrometheusExporter(exporter => (exporter.ScopeInfoEnabled, exporter.TargetInfoEnabled) = (false, false))
        .Build();

    /// <summary>Maps the endpoint. Each collection asks the node first.</summary>
    public void Map(IEndpointRouteBuilder routes, string path) => routes.MapPrometheusScrapingEndpoint(
        path,
        _provider,
        branch => branch.Use(async (context, next) =>
        {
            await metrics.RefreshAsync();
            await next(context);
        }),
        optionsName: null);

    /// <inheritdoc/>
    public void Dispose()
    {
        _provider.Dispose();
        metrics.Dispose();
    }
}
