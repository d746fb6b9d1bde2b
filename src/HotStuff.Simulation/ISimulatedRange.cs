namespace HotStuff.Simulation;

/// <summary>Many simulations under way. May be read while they run.</summary>
public interface ISimulatedRange
{
    /// <summary>How many there are.</summary>
    long Count { get; }

    /// <summary>How many have been run.</summary>
    long Done { get; }

    /// <summary>In how many of them something broke.</summary>
    long Violated { get; }
}
