using System.Buffers;
using System.Buffers.Binary;
using HotStuff.Consensus;

namespace HotStuff.StateMachine.Tests;

/// <summary>
/// A machine whose every result tells how many commands ran before, so that nothing can run twice unnoticed; a command's first byte is its
/// result's length.
/// </summary>
internal sealed class CountingMachine : IStateMachine
{
    public List<byte[]> Applied { get; } = [];

    public static byte[] ResultOf(long runsBefore, ReadOnlySpan<byte> command)
    {
        var result = new byte[8 + (command.IsEmpty ? 0 : command[0])];
        BinaryPrimitives.WriteInt64BigEndian(result, runsBefore);
        return result;
    }

    public void Apply(ReadOnlySpan<byte> command, IBufferWriter<byte> result)
    {
        result.Write(ResultOf(Applied.Count, command));
        Applied.Add(command.ToArray());
    }

    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result) => result.Write(query);

    public void Snapshot(IBufferWriter<byte> destination)
    {
        foreach (var command in Applied)
        {
            destination.Write([(byte)command.Length]);
            destination.Write(command);
        }
    }

    public void Restore(ReadOnlySpan<byte> snapshot)
    {
        Applied.Clear();
        while (!snapshot.IsEmpty)
        {
            Applied.Add(snapshot.Slice(1, snapshot[0]).ToArray());
            snapshot = snapshot[(1 + snapshot[0])..];
        }
    }

    public Digest Digest() => SnapshotDigest.Of(Snapshot);
}

internal static class Make
{
    public static readonly ChainId Chain = new(Digest.Of("test"u8));

    public static ClientId Client(int number) => new((UInt128)number);

    public static CommandSegment Segment(int client, long first, int count, Func<long, byte[]>? command = null) =>
        CommandSegment.Create(
            Client(client), first, [.. Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<byte>)(command?.Invoke(first + i) ?? []))]);

    public static CommandSegment Segment(int client, long first, params byte[][] commands) =>
        Segment(client, first, commands.Length, s => commands[s - first]);

    public static Block Block(long height, params CommandSegment[] segments) =>
        Consensus.Block.Create(
            Chain, Epoch.Genesis, new View(height), new Height(height), new ReplicaId(0), Consensus.Block.GenesisCertificate(Chain), segments);

    public static IReadOnlyList<SegmentResults> Execute(this ReplicatedState state, params CommandSegment[] segments) =>
        state.Execute(Block(state.Height.Number + 1, segments));

    public static byte[] Snapshot(Action<IBufferWriter<byte>> snapshot)
    {
        var writer = new ArrayBufferWriter<byte>();
        snapshot(writer);
        return writer.WrittenSpan.ToArray();
    }

    public static List<CommandResult> List(SegmentResults results)
    {
        var list = new List<CommandResult>();
        foreach (var result in results)
            list.Add(result);
        return list;
    }

    public static List<CommandStatus> Statuses(SegmentResults results) => List(results).ConvertAll(result => result.Status);

    public static List<string> Hex(SegmentResults results) =>
        List(results).ConvertAll(result => $"{result.Sequence} {result.Status} {Convert.ToHexString(result.Result.Span)}");
}
