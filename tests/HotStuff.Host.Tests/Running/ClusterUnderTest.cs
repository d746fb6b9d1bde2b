namespace HotStuff.Host.Tests.Running;

/// <summary>A cluster that <c>hotstuff up</c> started in a directory of its own, and the commands that find it there.</summary>
public sealed class ClusterUnderTest : IAsyncLifetime
{
    public int BasePort { get; } = FreePorts.BasePort();

    public string Path { get; } = Directory.CreateTempSubdirectory("hotstuff-test-").FullName;

    public async Task InitializeAsync() => (await UpAsync()).Succeeded();

    public async Task DisposeAsync()
    {
        await RunAsync("down");
        Directory.Delete(Path, recursive: true);
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The process id that <c>up</c> noted.</summary>
    internal int PidOf(int replica) => int.Parse(System.IO.File.ReadAllText(File($"replica-{replica}.pid")).Split(' ')[0]);

    internal Task<ProcessResult> UpAsync() => RunAsync("up", "--base-port", $"{BasePort}");

    internal Task<ProcessResult> RunAsync(params string[] arguments) => HotStuffProcess.RunAsync(RunningCluster.Bound, [.. arguments, "--dir", Path]);
}
