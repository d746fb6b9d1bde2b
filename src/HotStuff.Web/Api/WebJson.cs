using System.Text.Json;
using System.Text.Json.Serialization;
using HotStuff.Cluster;
using Microsoft.AspNetCore.Mvc;

namespace HotStuff.Web;

/// <summary>How what is served becomes JSON, without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ClusterDescription))]
[JsonSerializable(typeof(NodeDescription))]
[JsonSerializable(typeof(IReadOnlyList<BlockView>))]
[JsonSerializable(typeof(IReadOnlyList<EvidenceView>))]
[JsonSerializable(typeof(HealthDescription))]
[JsonSerializable(typeof(FeedFrame))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class WebJson : JsonSerializerContext;
