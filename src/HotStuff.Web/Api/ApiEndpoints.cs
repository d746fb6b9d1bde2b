using HotStuff.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace HotStuff.Web;

/// <summary>Health, and what the page and programs read of the node.</summary>
internal static class ApiEndpoints
{
    private const int UsualBlocks = 50;

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes, IOperatedNode node, NodeObserver observer, LiveFeed feed)
    {
        routes.MapGet("/healthz", () => Health(node))
            .WithMetadata(Access.Health).WithSummary("Whether the process and its replica run.")
            .Produces<HealthDescription>().Produces<HealthDescription>(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/readyz", async () => Ready(node, (await observer.LookAsync()).Readiness))
            .WithMetadata(Access.Health).WithSummary("Whether the replica has caught up and is linked with a quorum.")
            .Produces<HealthDescription>().Produces<HealthDescription>(StatusCodes.Status503ServiceUnavailable);

        var api = routes.MapGroup("/api/v1").WithTags("node").ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        api.MapGet("/cluster", () => TypedResults.Ok(ClusterDescription.Of(node))).WithSummary("The chain, and where its replicas are.");
        api.MapGet("/node", async () => await NodeAsync(node, observer))
            .WithSummary("How this replica is.").Produces<NodeDescription>().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/blocks", (int? n) => Blocks(node, n ?? UsualBlocks))
            .WithSummary($"The newest n blocks that it has, the highest first; n is 1 to {IOperatedNode.MaxBlocks}, {UsualBlocks} when it is not given.")
            .Produces<IReadOnlyList<BlockView>>().ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapGet("/evidence", () => TypedResults.Ok((IReadOnlyList<EvidenceView>)[.. node.Evidence.Select(EvidenceView.Of)]))
            .WithSummary("What shows that replicas contradicted themselves.");
        api.MapGet("/feed", (Delegate)feed.ServeAsync)
            .WithMetadata(Access.Feed).WithSummary("Server-sent events: frames of all replicas, and this one's state and newest blocks.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Health(IOperatedNode node) => node.ConsensusSystem.WhenTerminated.IsCompleted
        ? TypedResults.Json(new HealthDescription("failed", node.Self.Index, "the node has ended"), WebJson.Default.HealthDescription, statusCode: StatusCodes.Status503ServiceUnavailable)
        : TypedResults.Ok(new HealthDescription("ok", node.Self.Index));

    private static IResult Ready(IOperatedNode node, Readiness readiness) => readiness.IsReady
        ? TypedResults.Ok(new HealthDescription("ready", node.Self.Index))
        : TypedResults.Json(new HealthDescription("notReady", node.Self.Index, readiness.Reason), WebJson.Default.HealthDescription, statusCode: StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> NodeAsync(IOperatedNode node, NodeObserver observer) => await observer.LookAsync() is ({ } report, var readiness)
        ? TypedResults.Ok(NodeDescription.Of(node, report, readiness))
        : Problems.Of(StatusCodes.Status503ServiceUnavailable, "the replica does not answer");

    private static IResult Blocks(IOperatedNode node, int most) => most is >= 1 and <= IOperatedNode.MaxBlocks
        ? TypedResults.Ok((IReadOnlyList<BlockView>)[.. node.Blocks(most).Select(BlockView.Of)])
        : Problems.Of(StatusCodes.Status400BadRequest, $"n is {most}; allowed are 1 to {IOperatedNode.MaxBlocks}");
}
