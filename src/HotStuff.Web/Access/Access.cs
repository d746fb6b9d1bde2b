namespace HotStuff.Web;

/// <summary>Who may use an endpoint, part of its metadata. An endpoint without one, and what is no endpoint at all, is <see cref="Usual"/>.</summary>
/// <param name="IsForAnyone">Whether anybody may read it, from anywhere.</param>
/// <param name="TakesTokenInQuery">Whether the token may come as <c>?token=</c>, for what a browser asks for without letting a script set headers.</param>
/// <param name="IsForOtherSites">Whether pages of other sites may lead a browser here.</param>
internal sealed record Access(bool IsForAnyone = false, bool TakesTokenInQuery = false, bool IsForOtherSites = false)
{
    /// <summary>For callers from this machine, and for those who show the token.</summary>
    public static Access Usual { get; } = new();

    /// <summary>Health: what a load balancer asks.</summary>
    public static Access Health { get; } = new(IsForAnyone: true, IsForOtherSites: true);

    /// <summary>The page and its files.</summary>
    public static Access Page { get; } = new(TakesTokenInQuery: true, IsForOtherSites: true);

    /// <summary>The page's events.</summary>
    public static Access Feed { get; } = new(TakesTokenInQuery: true);
}
