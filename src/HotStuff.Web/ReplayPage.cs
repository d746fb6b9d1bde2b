namespace HotStuff.Web;

/// <summary>The page of a run that is over: the same page and modules that a node serves, in one file that needs no server.</summary>
public static class ReplayPage
{
    /// <summary>Makes the page.</summary>
    /// <param name="trace">The run as JSON, as <c>Page/replay.js</c> reads it, with &lt; escaped as it is by the default encoder.</param>
    /// <exception cref="ArgumentException"><paramref name="trace"/> could end the script in which it stands.</exception>
    public static string Create(string trace)
    {
        if (trace.Contains('<', StringComparison.Ordinal))
            throw new ArgumentException("the trace has a '<' that is not escaped", nameof(trace));
        var icon = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(PageFiles.Read("icon.svg")));
        return Replace(
            Replace(
                Replace(
                    Replace(PageFiles.Read("index.html"), "href=\"icon.svg\"", $"href=\"data:image/svg+xml;base64,{icon}\""),
                    "<link rel=\"stylesheet\" href=\"page.css\">",
                    $"<style>\n{PageFiles.Read("page.css")}</style>"),
                "<script type=\"module\" src=\"main.js\"></script>\n",
                ""),
            "</body>",
            $"<script type=\"application/json\" id=\"trace\">{trace}</script>\n<script type=\"module\">\n{ModuleBundle.Create("replay.js", PageFiles.Read)}</script>\n</body>");
    }

    private static string Replace(string page, string text, string by) => page.Split(text) is [var before, var after]
        ? before + by + after
        : throw new InvalidOperationException($"the page does not have exactly one {text}");
}
