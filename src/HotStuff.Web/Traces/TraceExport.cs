using HotStuff.Cluster;
using HotStuff.Consensus;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace HotStuff.Web;

/// <summary>Sends the spans of <see cref="CommandTraces"/> to a collector, by OTLP over HTTP.</summary>
public static class TraceExport
{
    /// <summary>Starts sending; null when there is nothing to send, or nowhere to.</summary>
    /// <param name="settings">The settings of traces.</param>
    /// <param name="replica">Which replica this process is.</param>
    public static IDisposable? Start(TracesSettings settings, ReplicaId replica) => settings is { Enabled: true, Endpoint: { } endpoint }
        ? Sdk.CreateTracerProviderBuilder()
            .AddSource(CommandTraces.SourceName)
            .ConfigureResource(resource => resource.AddService("hotstuff", serviceInstanceId: replica.ToString(), autoGenerateServiceInstanceId: false))
            .AddOtlpExporter(exporter =>
            {
                exporter.Endpoint = endpoint;
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
            })
            .Build()
        : null;
}
