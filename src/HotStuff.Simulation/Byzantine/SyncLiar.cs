using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>Answers who asks for a block with another block, of this fork or another, or with nothing, and sometimes with the truth.</summary>
public sealed class SyncLiar(Notebook notes, Random random) : Misbehaviour(notes, random)
{
    /// <inheritdoc/>
    public override Block? Answer(BlockId id, Block? block)
    {
        var lie = Random.Next(4) switch
        {
            0 => block,
            1 => null,
            _ when Notes.Blocks.Count > 0 => Notes.Blocks.Values.ElementAt(Random.Next(Notes.Blocks.Count)),
            _ => null,
        };
        if (lie?.Id != block?.Id)
            Act();
        return lie;
    }
}
