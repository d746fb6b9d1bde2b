using Microsoft.AspNetCore.Http;

namespace HotStuff.Web;

/// <summary>Lets through what <see cref="AccessRule"/> allows, and gives every answer the headers that keep browsers careful.</summary>
internal sealed class AccessMiddleware(AccessRule rule)
{
    /// <summary>What a page may load: what is served here and nothing else; nobody may frame it.</summary>
    public const string ContentSecurityPolicy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Judges the request.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";

        var verdict = rule.Judge(context);
        if (verdict.GrantsCookie)
        {
            context.Response.Cookies.Append(rule.CookieName, rule.CookieValue!, new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = context.Request.IsHttps,
                Path = "/",
            });
        }

        if (verdict.IsAllowed)
            return next(context);
        if (verdict.Status == StatusCodes.Status401Unauthorized)
            headers.WWWAuthenticate = "Bearer";
        return Problems.Of(verdict.Status, verdict.Reason).ExecuteAsync(context);
    }
}
