namespace HotStuff.Client.Wire;

/// <summary>Bytes that went over connections. Any thread may count and read.</summary>
internal sealed class Traffic
{
    private long _sent;
    private long _received;

    public long Sent => Interlocked.Read(ref _sent);

    public long Received => Interlocked.Read(ref _received);

    public void CountSent(long bytes) => Interlocked.Add(ref _sent, bytes);

    public void CountReceived(long bytes) => Interlocked.Add(ref _received, bytes);
}
