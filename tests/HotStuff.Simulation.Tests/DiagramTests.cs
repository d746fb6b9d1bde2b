using HotStuff.Consensus;

namespace HotStuff.Simulation.Tests;

public class DiagramTests
{
    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var protocol in ProtocolRules.Names)
            {
                foreach (var scenario in Scenarios.Names)
                    all.Add(protocol, scenario);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_documented_diagrams_are_what_the_simulator_makes_today(string protocol, string scenario)
    {
        var diagram = string.Join('\n', MermaidDiagram.Lines(Scenarios.Run(scenario, protocol), Scenarios.Replicas));

        Assert.Contains($"```mermaid\n{diagram}\n```", Documented().ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static string Documented()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "HotStuff.Akka.sln")))
            directory = directory.Parent ?? throw new DirectoryNotFoundException("the tests run outside the repository");
        return File.ReadAllText(Path.Combine(directory.FullName, "docs", "protocol.md"));
    }
}
