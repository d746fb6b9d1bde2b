using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// A directory of messages as files, for example <c>2-deal.replica-3.json</c>. All operators may share it, or each may have one of its own and copy its files to the others'.
/// </summary>
public sealed class ExchangeDirectory(string path) : ICeremonyBoard
{
    /// <summary>The longest file that is read, in bytes.</summary>
    public const int MaxFileBytes = 1024 * 1024;

    /// <inheritdoc/>
    public CeremonyMessage? Read(CeremonyRound round, ReplicaId from)
    {
        var file = NameOf(round, from);
        return File.Exists(file) ? CeremonyMessageFile.Decode(file, ConfigurationFile.Read(file, MaxFileBytes)) : null;
    }

    /// <inheritdoc/>
    public string NameOf(CeremonyRound round, ReplicaId from) =>
        Path.Combine(path, $"{(int)round}-{CeremonyMessageFile.Word(round)}.replica-{from.Index}.json");

    /// <summary>Writes a message, unless there is a file in its place already.</summary>
    /// <returns>The file when it was written; null when there was one.</returns>
    /// <exception cref="ConfigurationProblemException">It cannot be written.</exception>
    public string? Publish(CeremonyMessage message)
    {
        var file = NameOf(message.Round, message.From);
        if (File.Exists(file))
            return null;
        ConfigurationFile.Replace(file, GenesisFile.ToBytes(CeremonyMessageFile.Encode(message)));
        return file;
    }
}
