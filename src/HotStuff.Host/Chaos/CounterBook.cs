using System.Globalization;
using System.Text;
using HotStuff.Client;
using HotStuff.Host.Measuring;
using HotStuff.StateMachine;

namespace HotStuff.Host.Chaos;

/// <summary>
/// A counter that several workers increment by one, and the book about it: what was acknowledged and how. Told apart from the history, so that what is lost and what ran twice
/// is found by counting, too.
/// </summary>
internal sealed class CounterBook(string key)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);
    private readonly Lock _lock = new();
    private readonly HashSet<long> _sums = [];
    private long _repeated;
    private long _unanswered;

    /// <summary>Increments the counter once.</summary>
    public async Task StepAsync(KeyValueClient client, CancellationToken cancellationToken)
    {
        try
        {
            Acknowledge(NumberIn(await client.SubmitAsync(KeyValueCommand.Increment(_key, 1), cancellationToken)));
        }
        catch (HotStuffClientException)
        {
            Miss();
            throw;
        }
    }

    /// <summary>An increment was answered with this sum.</summary>
    public void Acknowledge(long sum)
    {
        lock (_lock)
            _repeated += _sums.Add(sum) ? 0 : 1;
    }

    /// <summary>An increment has no answer.</summary>
    public void Miss()
    {
        lock (_lock)
            _unanswered++;
    }

    /// <summary>Reads the counter through the log, when all workers rest, and compares it with the book.</summary>
    /// <returns>What is wrong, in one line; null when nothing is.</returns>
    public async Task<string?> CheckAsync(KeyValueClient client, CancellationToken cancellationToken) =>
        Compare(NumberIn(await client.SubmitAsync(KeyValueCommand.Get(_key), cancellationToken)));

    /// <summary>Compares the counter's value with the book.</summary>
    public string? Compare(long value)
    {
        lock (_lock)
        {
            var acknowledged = _sums.Count + _repeated;
            if (_repeated > 0)
                return $"{_repeated} increments of {key} were answered with a sum that another one had been answered with";
            if (value < acknowledged)
                return $"{key} is {value} after {acknowledged} acknowledged increments: {acknowledged - value} are lost";
            if (value > acknowledged + _unanswered)
                return $"{key} is {value} after {acknowledged} acknowledged increments and {_unanswered} without an answer: {value - acknowledged - _unanswered} ran twice";
            // With every answer there, the sums are 1, 2, 3 ... without a gap.
            return _sums.Count > 0 && _sums.Max() > value ? $"an increment of {key} was answered with {_sums.Max()}, and it is {value}" : null;
        }
    }

    private static long NumberIn(KeyValueResult result) =>
        long.TryParse(result.Value.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
