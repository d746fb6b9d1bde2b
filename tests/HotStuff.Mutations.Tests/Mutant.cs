namespace HotStuff.Mutations.Tests;

/// <summary>A rule of the protocol taken away.</summary>
/// <param name="Name">What is missing, in a few words.</param>
/// <param name="Changes">The places in the sources, all of one project.</param>
/// <param name="Hunts">Which of <see cref="Hunter.Hunts"/> look for its effect, until one finds it.</param>
/// <param name="Finds">The invariants that may be found broken.</param>
public sealed record Mutant(string Name, Change[] Changes, string[] Hunts, string[] Finds)
{
    /// <summary>A mutant of one place.</summary>
    public Mutant(string name, string file, string original, string replaced, string[] hunts, string[] finds)
        : this(name, [new Change(file, original, replaced)], hunts, finds)
    {
    }
}

/// <summary>One place in the sources changed.</summary>
/// <param name="File">The source file, from the repository's root.</param>
/// <param name="Original">Text that occurs in it exactly once.</param>
/// <param name="Replaced">What stands there instead.</param>
public sealed record Change(string File, string Original, string Replaced);
