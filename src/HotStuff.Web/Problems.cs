using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HotStuff.Web;

/// <summary>Errors as RFC 9457 describes them.</summary>
internal static class Problems
{
    /// <summary>A problem whose title is the status's name.</summary>
    /// <param name="status">The HTTP status, 400 to 599.</param>
    /// <param name="detail">What is wrong, one line.</param>
    public static ProblemHttpResult Of(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}
