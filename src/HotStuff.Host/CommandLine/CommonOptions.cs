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

    /// <summary>Makes the directory of an option that names where files go.</summary>
    public static void MakeDirectory(string option, string path)
    {
        try
        {
            System.IO.Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ProblemException.Usage($"{option} is '{path}', which cannot be made ({e.Message}); allowed is a directory that this user may write");
        }
    }

    /// <summary>Looks whether the file that an option names can be written, before there is a result to lose. What it holds stays.</summary>
    public static void RequireWritable(ParseResult arguments, Option<string?> option)
    {
        if (arguments.GetValue(option) is not { } path)
            return;
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
                System.IO.Directory.CreateDirectory(directory);
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ProblemException.Usage($"{option.Name} is '{path}', which cannot be written ({e.Message}); allowed is a file that this user may write");
        }
    }

    /// <summary>The genesis file of <c>--genesis</c>, or else that of the cluster in <c>--dir</c>.</summary>
    public static Genesis FindGenesis(string? genesisFile, string directory) => genesisFile is null
        ? LastingCluster.Open(new ClusterDirectory(directory)).Genesis
        : HotStuff.Crypto.Genesis.Load(genesisFile);
}
