using System.Diagnostics;

namespace HotStuff.Host.Local;

/// <summary>How this program starts itself again, whether it runs from its own executable or as <c>dotnet hotstuff.dll</c>.</summary>
internal static class Executable
{
    /// <summary>A process to be started with these arguments, its standard streams connected to pipes.</summary>
    public static ProcessStartInfo StartInfo(IEnumerable<string> arguments)
    {
        var path = Environment.ProcessPath
            ?? throw new ProblemException("cannot tell which executable this is, so it cannot start replicas");
        var isDotnet = string.Equals(Path.GetFileNameWithoutExtension(path), "dotnet", StringComparison.OrdinalIgnoreCase);
        var info = new ProcessStartInfo(path)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (isDotnet)
            info.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "hotstuff.dll"));
        foreach (var argument in arguments)
            info.ArgumentList.Add(argument);
        return info;
    }
}
