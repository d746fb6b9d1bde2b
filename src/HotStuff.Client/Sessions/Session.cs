using System.Security.Cryptography;
using HotStuff.Client.Wire;
using HotStuff.Consensus;

namespace HotStuff.Client.Sessions;

/// <summary>A client's connections and what goes over them.</summary>
internal sealed class Session : ILinkHandler, IAsyncDisposable
{
    private static readonly TimeSpan LongestTick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ShortestTick = TimeSpan.FromMilliseconds(5);

    private readonly ClientOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _quorum = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task[] _running;
    private readonly ITimer _timer;
    private int _isDisposed;

    public Session(ClientOptions options)
    {
        _options = options;
        ClientId = options.ClientId ?? RandomId();
        Links = new Links(options, ClientId, this);
        Commands = new CommandSession(options, ClientId, Links);
        Questions = new Questions(options, Links);
        var period = options.ResendAfter / 4;
        period = period > LongestTick ? LongestTick : period < ShortestTick ? ShortestTick : period;
        _timer = options.TimeProvider.CreateTimer(_ => Commands.Tick(), null, period, period);
        _running = Links.All.Select(link => Task.Run(() => link.RunAsync(_stop.Token))).ToArray();
    }

    public ClientId ClientId { get; }

    public Links Links { get; }

    public CommandSession Commands { get; }

    public Questions Questions { get; }

    /// <summary>Why nothing will come of it: f+1 replicas serve another chain or speak another version. Null when they do not.</summary>
    public Exception? Hopeless => _quorum.Task.Exception?.InnerException;

    private Committee Committee => _options.Genesis.Committee;

    /// <summary>Waits until f+1 replicas are connected.</summary>
    public async Task WaitForQuorumAsync(CancellationToken cancellation)
    {
        try
        {
            await _quorum.Task.WaitAsync(_options.ConnectTimeout, _options.TimeProvider, cancellation);
        }
        catch (TimeoutException)
        {
            throw Failures.NoQuorum(Links.Up, Committee.OneHonest, Links.Problems);
        }
    }

    /// <summary>Waits until every replica was tried once, or the time is over.</summary>
    public async Task WaitForAllAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            await Task.WhenAll(Links.All.Select(link => link.Tried)).WaitAsync(timeout, _options.TimeProvider, cancellation);
        }
        catch (TimeoutException)
        {
            // Those that are connected by now are asked.
        }
    }

    public void LinkUp(ReplicaLink link)
    {
        if (Links.Up >= Committee.OneHonest)
            _quorum.TrySetResult();
        Commands.LinkUp();
    }

    public void LinkDown(ReplicaLink link)
    {
        Commands.LinkDown(link.Replica);
        if (Refused(Wire.Refused.Types.Reason.WrongChain) is { } chain)
            _quorum.TrySetException(Failures.WrongChain(_options.Genesis.ChainId, chain));
        else if (Refused(Wire.Refused.Types.Reason.WrongVersion) is { } version)
            _quorum.TrySetException(Failures.WrongVersion(version));
    }

    public void Replied(ReplicaLink link, Replies replies) => Commands.Replied(link.Replica, replies);

    public void Rejected(ReplicaLink link, Rejected rejected) => Commands.Rejected(link.Replica, rejected);

    public void QueryAnswered(ReplicaLink link, QueryReply reply) => Questions.Answered(link.Replica, reply);

    public void StatusAnswered(ReplicaLink link, StatusReply reply) => Questions.Answered(link.Replica, reply);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;

        await _timer.DisposeAsync();
        Commands.End();
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }

    private static ClientId RandomId()
    {
        Span<byte> bytes = stackalloc byte[ClientId.Size];
        RandomNumberGenerator.Fill(bytes);
        return new ClientId(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    // What a replica said, when f+1 refuse for this reason: one of them is honest.
    private string? Refused(Refused.Types.Reason reason)
    {
        var refusals = Links.All.Select(link => link.Refusal).Where(refusal => refusal?.Reason == reason).ToArray();
        return refusals.Length >= Committee.OneHonest ? refusals[0]!.Text : null;
    }
}
