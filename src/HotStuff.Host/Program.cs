using HotStuff.Host.CommandLine;

namespace HotStuff.Host;

internal static class Program
{
    public static Task<int> Main(string[] arguments) => HostCommandLine.RunAsync(arguments);
}
