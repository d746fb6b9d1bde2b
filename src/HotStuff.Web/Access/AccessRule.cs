using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace HotStuff.Web;

/// <summary>Whether a request may go on.</summary>
/// <param name="Status">401 or 403; 0: it may.</param>
/// <param name="Reason">Why not, one line.</param>
/// <param name="GrantsCookie">Whether the answer sets the cookie.</param>
internal readonly record struct AccessVerdict(int Status, string Reason = "", bool GrantsCookie = false)
{
    /// <summary>It may go on.</summary>
    public bool IsAllowed => Status == 0;
}

/// <summary>
/// Who may do what. Callers from this machine may use everything, under a name of this machine: a page of another site whose name was made to point here (DNS rebinding) comes from this machine, too, but under that name. All others read health and nothing else
/// unless they show the token. What a page of another site makes a browser ask for is refused.
/// </summary>
/// <param name="token">The token; null: there is none.</param>
/// <param name="host">The configured name or address, which callers from this machine may use, too.</param>
/// <param name="cookie">The name of the cookie; cookies do not know ports, so each replica has its own.</param>
internal sealed class AccessRule(AccessToken? token, string host, string cookie)
{
    private static readonly string[] OwnNames = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>The name of the cookie.</summary>
    public string CookieName => cookie;

    /// <summary>The cookie's value; null when there is no token.</summary>
    public string? CookieValue => token?.Cookie;

    /// <summary>Judges a request whose endpoint is known.</summary>
    public AccessVerdict Judge(HttpContext context)
    {
        var request = context.Request;
        var access = context.GetEndpoint()?.Metadata.GetMetadata<Access>() ?? Access.Usual;
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (access.IsForAnyone && reads)
            return default;
        if (!(access.IsForOtherSites && reads) && IsFromAnotherSite(request))
            return new AccessVerdict(StatusCodes.Status403Forbidden, "requests that pages of other sites make are refused");
        if (token is not null)
        {
            if (Bearer(request) is { } bearer && token.IsToken(bearer))
                return default;
            if (access.TakesTokenInQuery && request.Query["token"] is [{ Length: > 0 } shown] && token.IsToken(shown))
                return new AccessVerdict(0, GrantsCookie: true);
            // The browser sends the cookie by itself, so it lets nobody change anything.
            if (reads && request.Cookies[cookie] is { } value && token.IsCookie(value))
                return default;
        }

        if (!IsFromThisMachine(context))
        {
            return token is null
                ? new AccessVerdict(StatusCodes.Status403Forbidden, "callers from elsewhere may read /healthz and /readyz; a token (hotstuff.http.token-file) would let them do more")
                : new AccessVerdict(StatusCodes.Status401Unauthorized, "callers from elsewhere show the token: Authorization: Bearer ...");
        }

        return IsNameOfThisMachine(request.Host)
            ? default
            : new AccessVerdict(StatusCodes.Status403Forbidden, $"the Host header is none of {string.Join(", ", OwnNames.Append(host).Distinct(StringComparer.OrdinalIgnoreCase))}");
    }

    // A proxy on this machine speaks for callers from anywhere, and says so.
    private static bool IsFromThisMachine(HttpContext context)
    {
        var headers = context.Request.Headers;
        return context.Connection.RemoteIpAddress is { } remote
            && IPAddress.IsLoopback(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote)
            && !headers.ContainsKey("Forwarded")
            && !headers.ContainsKey("X-Forwarded-For")
            && !headers.ContainsKey("X-Real-IP");
    }

    private static string? Bearer(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        return request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim() : null;
    }

    /// <summary>Browsers say it themselves, in one of two ways; other programs say neither.</summary>
    private static bool IsFromAnotherSite(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && site is not ["same-origin" or "none"])
            return true;
        return request.Headers[HeaderNames.Origin] is { Count: > 0 } origin
            && !(Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private bool IsNameOfThisMachine(HostString name)
    {
        var bare = name.Host.Trim('[', ']');
        return string.Equals(bare, "localhost", StringComparison.OrdinalIgnoreCase)
            || string.Equals(bare, host, StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(bare, out var address) && IPAddress.IsLoopback(address));
    }
}
