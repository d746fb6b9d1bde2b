using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>Where operators read each other's messages. It needs no trust: messages are signed, and whoever shows different ones to different operators is found out.</summary>
public interface ICeremonyBoard
{
    /// <summary>The message of a replica in a round as it lies there; null when there is none.</summary>
    /// <exception cref="ConfigurationProblemException">What lies there cannot be read as a message; the message says why.</exception>
    CeremonyMessage? Read(CeremonyRound round, ReplicaId from);

    /// <summary>The name of the place, for errors: a path.</summary>
    string NameOf(CeremonyRound round, ReplicaId from);
}
