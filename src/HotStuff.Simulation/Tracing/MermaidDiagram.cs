namespace HotStuff.Simulation;

/// <summary>A trace as a Mermaid sequence diagram.</summary>
public static class MermaidDiagram
{
    /// <summary>The diagram, line by line, without the fence around it.</summary>
    /// <remarks>Writes are left out: every signature follows one.</remarks>
    public static IEnumerable<string> Lines(IEnumerable<TraceEvent> trace, int replicas)
    {
        yield return "sequenceDiagram";
        for (var i = 0; i < replicas; i++)
            yield return $"    participant r{i}";
        foreach (var one in trace)
        {
            var text = Escape(one.Text);
            if (one.Kind == TraceKind.Persist)
                continue;
            yield return one switch
            {
                { Kind: TraceKind.Lost } => $"    r{one.From}--xr{one.To}: {text} (lost)",
                { To: >= 0 } => $"    r{one.From}->>r{one.To}: {text}",
                { From: >= 0 } => $"    Note over r{one.From}: {text}",
                _ => $"    Note over r0,r{replicas - 1}: {text}",
            };
        }
    }

    // Semicolons end a statement in Mermaid, and a hash sign starts an entity.
    private static string Escape(string text) => text.Split('\n')[0].Replace(';', ',').Replace('#', ' ');
}
