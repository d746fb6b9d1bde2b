namespace HotStuff.Operator;

/// <summary>
/// Operator commands that belong together under one name, such as <c>cluster</c>.
/// </summary>
/// <remarks>
/// This is the seam for another host of commands. Palettes know neither sockets nor terminals: a command takes words and answers data (<see cref="CommandAnswer"/>). Where the package Petabridge.Cmd can be had,
/// a project with one class plugs in: it walks <see cref="OperatorPalettes.All"/>, makes a <c>CommandDefinition</c> of each <see cref="OperatorCommand"/> (name, options, description), and an actor that
/// runs <see cref="CommandCatalog.RunAsync"/> and answers one <c>CommandResponse</c> for each line of <see cref="ResultText.Lines"/>, or of a <see cref="LineStream"/>. <see cref="CommandHost"/> is then left out.
/// </remarks>
public interface ICommandPalette
{
    /// <summary>The first word of its commands.</summary>
    string Name { get; }

    /// <summary>What its commands are about, in one line.</summary>
    string Description { get; }

    /// <summary>The commands.</summary>
    IReadOnlyList<OperatorCommand> Commands { get; }
}
