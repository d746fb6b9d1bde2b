using System.Buffers;
using System.Globalization;
using HotStuff.Client;
using HotStuff.Crypto;
using HotStuff.StateMachine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace HotStuff.Web;

/// <summary>
/// Commands over HTTP, for programs that have no client library. The answer is what f+1 replicas signed alike, as <c>X-HotStuff-Replies</c> says; but the caller believes this node that it is so.
/// </summary>
internal sealed class GatewayEndpoints
{
    /// <summary>The most requests that wait for replicas; more are refused.</summary>
    public const int MaxUnderWay = 1024;

    private const string Bytes = "application/octet-stream";

    private readonly IGatewayClient _client;
    private readonly Genesis _genesis;
    private int _underWay;

    private GatewayEndpoints(IGatewayClient client, Genesis genesis)
    {
        _client = client;
        _genesis = genesis;
    }

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes, IGatewayClient client, Genesis genesis)
    {
        var gateway = new GatewayEndpoints(client, genesis);
        Describe(routes.MapGet("/kv/{**key}", gateway.GetAsync), "kv")
            .WithSummary("A key's value. read=linearizable (as it is when the answer comes; the default) or read=stale (as f+1 replicas have it; at height X-HotStuff-Height).")
            .Produces(StatusCodes.Status200OK, contentType: Bytes).ProducesProblem(StatusCodes.Status404NotFound);
        Describe(routes.MapPut("/kv/{**key}", gateway.PutAsync), "kv")
            .WithSummary("Sets a key's value to the body.")
            .Accepts<Stream>(isOptional: true, "*/*").Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        Describe(routes.MapDelete("/kv/{**key}", gateway.DeleteAsync), "kv")
            .WithSummary("Removes a key.").Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
        Describe(routes.MapPost("/commands", (Delegate)gateway.PostAsync), "commands")
            .WithSummary("Executes the body, a command of the state machine, and answers its result.")
            .Accepts<Stream>(isOptional: true, "*/*").Produces(StatusCodes.Status200OK, contentType: Bytes).ProducesProblem(StatusCodes.Status413PayloadTooLarge);
    }

    /// <summary>Says in their place that there are none.</summary>
    public static void MapOff(IEndpointRouteBuilder routes)
    {
        foreach (var path in (string[])["/kv/{**key}", "/commands"])
            routes.Map(path, () => Problems.Of(StatusCodes.Status404NotFound, "no commands are taken here: hotstuff.http.gateway is off")).ExcludeFromDescription();
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route, string tag) => route
        .WithTags(tag)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout);

    private Task<IResult> GetAsync(HttpContext context, string? key, string read = "linearizable") => AnswerAsync(context, async () =>
    {
        if (Key(context) is not { } bytes)
            return BadKey(key);
        var command = KeyValueCommand.Get(bytes);
        switch (read)
        {
            case "linearizable":
                return OfStore(await SubmitAsync(context, command));
            case "stale":
                var answer = await _client.QueryAsync(command, context.RequestAborted);
                Confirm(context);
                context.Response.Headers["X-HotStuff-Height"] = answer.Height.Number.ToString(CultureInfo.InvariantCulture);
                return OfStore(answer.Result);
            default:
                return Problems.Of(StatusCodes.Status400BadRequest, $"read is '{read}'; allowed are linearizable, stale");
        }
    });

    private Task<IResult> PutAsync(HttpContext context, string? key) => AnswerAsync(context, async () =>
    {
        if (Key(context) is not { } bytes)
            return BadKey(key);
        return await BodyAsync(context) is { } value && KeyValueCommand.Put(bytes, value) is var command && command.Length <= MaxBytes
            ? OfStore(await SubmitAsync(context, command))
            : TooLarge();
    });

    private Task<IResult> DeleteAsync(HttpContext context, string? key) => AnswerAsync(context, async () =>
        Key(context) is { } bytes ? OfStore(await SubmitAsync(context, KeyValueCommand.Delete(bytes))) : BadKey(key));

    private Task<IResult> PostAsync(HttpContext context) => AnswerAsync(context, async () => await BodyAsync(context) is { } command
        ? TypedResults.Bytes(await SubmitAsync(context, command), Bytes)
        : TooLarge());

    private int MaxBytes => _genesis.Limits.MaxCommandBytes;

    private static byte[]? Key(HttpContext context) => KeyPath.TryRead(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

    private static ProblemHttpResult BadKey(string? key) => Problems.Of(
        StatusCodes.Status400BadRequest, $"'{key}' is not a key: a key has 1 to {KeyValueCommand.MaxKeyBytes} bytes, and follows /kv/ with %xx for what a path cannot hold");

    private ProblemHttpResult TooLarge() =>
        Problems.Of(StatusCodes.Status413PayloadTooLarge, $"a command has at most {MaxBytes} bytes, with its key and value (maxCommandBytes of the genesis file)");

    private static IResult OfStore(ReadOnlyMemory<byte> answer) => KeyValueResult.TryRead(answer) switch
    {
        { Status: KeyValueStatus.Ok } => TypedResults.NoContent(),
        { Status: KeyValueStatus.Value, Value: var value } => TypedResults.Bytes(value, Bytes),
        { Status: KeyValueStatus.NotFound } => Problems.Of(StatusCodes.Status404NotFound, "the key has no value"),
        _ => Problems.Of(StatusCodes.Status501NotImplemented, "the replicas' answer is not one of a key-value store: they run another state machine"),
    };

    private async Task<ReadOnlyMemory<byte>> SubmitAsync(HttpContext context, byte[] command)
    {
        var result = await _client.SubmitAsync(command, context.RequestAborted);
        Confirm(context);
        return result.Result;
    }

    private void Confirm(HttpContext context) =>
        context.Response.Headers["X-HotStuff-Replies"] = _genesis.Committee.OneHonest.ToString(CultureInfo.InvariantCulture);

    private async Task<IResult> AnswerAsync(HttpContext context, Func<Task<IResult>> answer)
    {
        if (Interlocked.Increment(ref _underWay) > MaxUnderWay)
        {
            Interlocked.Decrement(ref _underWay);
            return Overloaded(context, $"{MaxUnderWay} requests wait already, as many as may; this one was not sent");
        }

        try
        {
            return await answer();
        }
        catch (HotStuffClientException exception)
        {
            return exception.Reason switch
            {
                ClientFailure.Overloaded => Overloaded(context, exception.Message),
                ClientFailure.CommandTooLarge => TooLarge(),
                ClientFailure.TimedOut => Problems.Of(StatusCodes.Status504GatewayTimeout, exception.Message),
                _ => Problems.Of(StatusCodes.Status503ServiceUnavailable, exception.Message),
            };
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private static ProblemHttpResult Overloaded(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "1";
        return Problems.Of(StatusCodes.Status429TooManyRequests, detail);
    }

    /// <summary>The body; null when it is longer than a command may be, whatever it said of its length.</summary>
    private async Task<byte[]?> BodyAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxBytes)
            return null;
        var body = context.Request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > MaxBytes)
                return null;
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                body.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
