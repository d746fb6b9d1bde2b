using System.Buffers;
using System.Diagnostics;
using HotStuff.Consensus;
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

    /// <summary>Lets the process say a number of lines, ends it without letting it do anything more, and answers all that it has said.</summary>
    public async Task<List<string>> KillAfterAsync(int lines)
    {
        var said = new List<string>();
        while (await ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (said.Count == lines)
                Kill();
        }

        return said;
    }

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
            case "forget":
                Forget(store);
                return 0;
            case "snapshots":
                TakeSnapshots(store);
                return 0;
            case "fetch":
                FetchSnapshots(store);
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

    // Says the height from which blocks are kept, before it changes and after: pruned in steps, and now and then begun anew from a checkpoint.
    private static void Forget(RocksDbStore store)
    {
        var tip = Genesis;
        for (var round = 1; ; round++)
        {
            var blocks = After(tip, 600, size: 200);
            store.Commit(blocks[..500]);
            tip = round % 3 == 0 ? blocks[^1] : blocks[499];
            var oldest = round % 3 == 0 ? tip.Height : blocks[400].Height;
            Console.WriteLine($"begins {oldest.Number}");
            if (round % 3 == 0)
                store.Restart(tip);
            else
                store.Prune(oldest);
            Console.WriteLine($"done {oldest.Number}");
        }
    }

    // Says the height of each snapshot when it is written, and of each when it is certified; keeps two.
    private static void TakeSnapshots(RocksDbStore store)
    {
        for (var block = Child(Genesis, 1); ; block = Child(block, block.View.Number + 1))
        {
            var snapshot = store.Snapshots.Write(SnapshotOf(block), new ReadOnlySequence<byte>(ContentsOf(block.Height.Number)));
            Console.WriteLine($"written {block.Height.Number}");
            store.Snapshots.Certify(CertificateOf(snapshot.Manifest));
            Console.WriteLine($"certified {block.Height.Number}");
            store.Snapshots.Prune(new Height(block.Height.Number - 1));
        }
    }

    // Says which piece of which snapshot has come, and when each is whole.
    private static void FetchSnapshots(RocksDbStore store)
    {
        for (var block = Child(Genesis, 1); ; block = Child(block, block.View.Number + 1))
        {
            var manifest = SnapshotOf(block);
            var contents = ContentsOf(block.Height.Number);
            using var partial = store.Snapshots.Fetch(manifest, CertificateOf(manifest));
            foreach (var chunk in partial.Missing.ToList())
            {
                var (start, length) = manifest.RangeOf(chunk);
                partial.Add(chunk, contents.AsSpan(start, length));
                Console.WriteLine($"piece {block.Height.Number} {chunk}");
            }

            partial.Complete();
            Console.WriteLine($"whole {block.Height.Number}");
        }
    }
}
