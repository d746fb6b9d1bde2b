using Akka.Configuration;
using Akka.Dispatch;

namespace HotStuff.Cluster;

/// <summary>
/// Makes a dispatcher run its actors on the thread that tells them something, after the message is in the mailbox, instead of waking another thread. For actors
/// with short turns that never block: the chain of actors inside Akka.Remote between our actors and the socket.
/// </summary>
/// <remarks>
/// What such an actor tells another of the kind runs after its own turn, not inside it, so the stack does not grow. While a thread runs an actor, other
/// threads only put messages into its mailbox, as with any dispatcher.
/// </remarks>
/// <param name="config">The dispatcher's configuration.</param>
/// <param name="prerequisites">The system's services.</param>
public sealed class CallerRunsExecutor(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
{
    /// <inheritdoc/>
    public override ExecutorService Produce(string id) => new Executor(id);

    private sealed class Executor(string id) : ExecutorService(id)
    {
        [ThreadStatic]
        private static Queue<IRunnable>? _waiting;

        [ThreadStatic]
        private static bool _isRunning;

        public override void Execute(IRunnable run)
        {
            var waiting = _waiting ??= new Queue<IRunnable>();
            waiting.Enqueue(run);
            if (_isRunning)
                return;

            _isRunning = true;
            try
            {
                while (waiting.TryDequeue(out var next))
                    next.Run();
            }
            finally
            {
                _isRunning = false;
                // Something threw that no actor's turn throws. Whose turns still wait must have them all the same.
                while (waiting.TryDequeue(out var rest))
                    ThreadPool.UnsafeQueueUserWorkItem(rest, preferLocal: false);
            }
        }

        public override void Shutdown()
        {
        }
    }
}
