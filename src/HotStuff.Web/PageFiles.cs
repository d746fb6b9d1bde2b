namespace HotStuff.Web;

/// <summary>The files of the page, which are in the assembly.</summary>
public static class PageFiles
{
    private const string Prefix = "page/";

    /// <summary>The names of all files.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(PageFiles).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>The text of a file.</summary>
    /// <exception cref="FileNotFoundException">There is none of that name.</exception>
    public static string Read(string name)
    {
        using var resource = typeof(PageFiles).Assembly.GetManifestResourceStream(Prefix + name) ?? throw new FileNotFoundException($"the page has no file {name}");
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
