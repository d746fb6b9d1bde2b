using System.Diagnostics;

namespace HotStuff.Host.Local;

/// <summary>How this program starts itself again, whether it runs from its own executable or as <c>dotnet hotstuff.dll</c>.</summary>
internal static class Executable
{
    /// <summary>A process to be started with these arguments, its standard streams connected to pipes.</summary>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="launcher">A program with arguments that becomes this one; null: none.</param>
    public static ProcessStartInfo StartInfo(IEnumerable<string> arguments, IReadOnlyList<string>? launcher = null)
    {
        var path = Environment.ProcessPath
            ?? throw new ProblemException("cannot tell which executable this is, so it cannot start replicas");
        var isDotnet = string.Equals(Path.GetFileNameWithoutExtension(path), "dotnet", StringComparison.OrdinalIgnoreCase);
        var info = new ProcessStartInfo(launcher?[0] ?? path)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var word in launcher is null ? [] : launcher.Skip(1).Append(path))
            info.ArgumentList.Add(word);
        if (isDotnet)
            info.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "hotstuff.dll"));
        foreach (var argument in arguments)
            info.ArgumentList.Add(argument);
        return info;
    }
}
