using System.Diagnostics;
using static HotStuff.Storage.Tests.Chains;

namespace HotStuff.Storage.Tests;

/// <summary>A second process with a store of its own: this assembly, started as a program.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public static ChildProcess Start(string what, string directory, Durability durability)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { "exec", typeof(ChildProcess).Assembly.Location, what, directory, durability.ToString() },
        };
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>What the process says next; null when it has ended and said everything.</summary>
    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync();

    /// <summary>Ends the process without letting it do anything more (SIGKILL).</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int Main(string[] arguments)
    {
        using var store = RocksDbStore.Open(arguments[1], Chain, Limits, Enum.Parse<Durability>(arguments[2]));
        Console.WriteLine("open");
        switch (arguments[0])
        {
            case "hold":
                Console.In.ReadLine();
                return 0;
            case "write":
                Write(store);
                return 0;
            default:
                return 1;
        }
    }

    // Says the height of each block when it is persisted, and commits its parent.
    private static void Write(RocksDbStore store)
    {
        var block = Genesis;
        while (true)
        {
            var parent = block;
            block = Child(parent, parent.View.Number + 1, size: 500);
            store.Persist(RecordOf(block), block);
            if (parent != Genesis)
                store.Commit([parent]);
            Console.WriteLine(block.Height.Number);
        }
    }
}
