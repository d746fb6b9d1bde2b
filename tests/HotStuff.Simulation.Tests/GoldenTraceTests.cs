using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HotStuff.Simulation.Tests;

/// <summary>
/// What a seed gives does not depend on the process (where strings have other hash codes each time), the machine or its language. A change of the protocol or of the
/// simulator changes the digests: then the new ones belong here.
/// </summary>
public class GoldenTraceTests
{
    private const int Seeds = 20;

    [Theory]
    [InlineData("chained", 4, "a6910ba210c7cc15")]
    [InlineData("chained", 7, "0d2868f67b4a67cc")]
    [InlineData("hotstuff2", 4, "ccfe127ba85a4c97")]
    [InlineData("hotstuff2", 7, "600015328237e6ec")]
    [InlineData("basic", 4, "7b0837798a032d4c")]
    [InlineData("basic", 7, "6da7a0ea3aa4b18f")]
    public void The_traces_of_a_range_of_seeds_are_the_same_byte_for_byte_in_every_process_and_on_every_machine(string protocol, int replicas, string digest)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var seed = 1UL; seed <= Seeds; seed++)
            all.AppendData(Encoding.UTF8.GetBytes(Trace(seed, protocol, replicas)));

        Assert.Equal(digest, Convert.ToHexStringLower(all.GetHashAndReset())[..16]);
    }

    [Fact]
    public void A_trace_does_not_depend_on_the_language_of_the_machine()
    {
        var expected = Trace(7, "chained", 4);
        var before = CultureInfo.CurrentCulture;
        var elsewhere = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        elsewhere.NumberFormat.NumberDecimalSeparator = ",";
        elsewhere.NumberFormat.NegativeSign = "minus ";
        try
        {
            CultureInfo.CurrentCulture = elsewhere;
            Assert.Equal(expected, Trace(7, "chained", 4));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>The plan with its faults, the sequence diagram, and what was counted.</summary>
    private static string Trace(ulong seed, string protocol, int replicas)
    {
        var plan = Planner.Draw(seed, new WorldSpec { Protocol = protocol, Replicas = replicas });
        var result = World.Run(plan, out var trace);
        IEnumerable<object?> lines =
            [plan, .. plan.Faults, .. SequenceText.Lines(trace, replicas), .. result.Counters.Figures().Select(figure => (object)string.Create(CultureInfo.InvariantCulture, $"{figure.Value} {figure.Name}")), result.Violation];
        return string.Join('\n', lines) + '\n';
    }
}
