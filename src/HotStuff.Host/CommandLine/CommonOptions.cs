using System.CommandLine;
using HotStuff.Crypto;
using HotStuff.Host.Local;

namespace HotStuff.Host.CommandLine;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public const string DefaultDirectory = "./local";

    public static Option<string> Directory() => NewOption.Text("--dir", "The directory of a local cluster", DefaultDirectory, "DIR");

    public static Option<string?> Genesis(string description) => NewOption.OptionalText("--genesis", description, "FILE");

    public static Option<string?> Json() => NewOption.OptionalText("--json", "Writes the result as JSON to a file", "FILE");

    /// <summary>The genesis file of <c>--genesis</c>, or else that of the cluster in <c>--dir</c>.</summary>
    public static Genesis FindGenesis(string? genesisFile, string directory) => genesisFile is null
        ? LastingCluster.Open(new ClusterDirectory(directory)).Genesis
        : HotStuff.Crypto.Genesis.Load(genesisFile);
}
