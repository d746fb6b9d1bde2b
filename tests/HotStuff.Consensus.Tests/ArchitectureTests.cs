using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace HotStuff.Consensus.Tests;

/// <summary>What docs/architecture.md promises about who may depend on what, read from the assembly and the project files.</summary>
public class ArchitectureTests
{
    private static readonly string Root = FindRoot();

    private static readonly string[] ActorBases = [" : UntypedActor", " : ReceiveActor", " : ActorBase"];

    /// <summary>Which projects each may refer to: one way only, from the host down to the protocol.</summary>
    private static readonly Dictionary<string, string[]> MayReference = new(StringComparer.Ordinal)
    {
        ["HotStuff.Consensus"] = [],
        ["HotStuff.Bls12381"] = [],
        ["HotStuff.Storage"] = ["HotStuff.Consensus"],
        ["HotStuff.Crypto"] = ["HotStuff.Consensus", "HotStuff.Bls12381"],
        ["HotStuff.StateMachine"] = ["HotStuff.Consensus"],
        ["HotStuff.Client"] = ["HotStuff.Consensus", "HotStuff.Storage", "HotStuff.Crypto", "HotStuff.StateMachine"],
        ["HotStuff.Simulation"] = ["HotStuff.Consensus", "HotStuff.Storage", "HotStuff.Crypto", "HotStuff.StateMachine"],
        ["HotStuff.Cluster"] = ["HotStuff.Consensus", "HotStuff.Storage", "HotStuff.Crypto", "HotStuff.StateMachine", "HotStuff.Client"],
        ["HotStuff.Operator"] = ["HotStuff.Consensus", "HotStuff.Storage", "HotStuff.Crypto", "HotStuff.StateMachine", "HotStuff.Client", "HotStuff.Cluster"],
        ["HotStuff.Web"] = ["HotStuff.Consensus", "HotStuff.Storage", "HotStuff.Crypto", "HotStuff.StateMachine", "HotStuff.Client", "HotStuff.Cluster"],
        ["HotStuff.Host"] =
        [
            "HotStuff.Consensus", "HotStuff.Storage", "HotStuff.Crypto", "HotStuff.StateMachine", "HotStuff.Client", "HotStuff.Simulation", "HotStuff.Cluster",
            "HotStuff.Operator", "HotStuff.Web",
        ],
    };

    public static TheoryData<string> Projects => [.. MayReference.Keys];

    [Fact]
    public void The_protocol_refers_to_collections_hashing_and_nothing_else()
    {
        string[] allowed =
        [
            "System.Runtime", "System.Collections", "System.Collections.Immutable", "System.Linq", "System.Memory", "System.Security.Cryptography",
        ];

        Assert.Empty(typeof(Replica).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!).Except(allowed));
    }

    [Fact]
    public void The_protocol_touches_no_clock_no_randomness_no_thread_and_no_device()
    {
        string[] forbiddenNamespaces =
        [
            "System.IO", "System.Net", "System.Threading", "System.Diagnostics.Tracing", "Microsoft", "Akka", "Serilog", "System.Timers",
        ];
        string[] forbiddenTypes =
        [
            "System.DateTime", "System.DateTimeOffset", "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.Random", "System.Guid",
            "System.Console", "System.Security.Cryptography.RandomNumberGenerator",
        ];
        var used = TypesUsedBy(typeof(Replica).Assembly.Location).ToList();

        Assert.Contains("System.Security.Cryptography.SHA256", used);
        Assert.Empty(used.Intersect(forbiddenTypes));
        Assert.DoesNotContain(used, type => forbiddenNamespaces.Any(name => type.StartsWith(name + ".", StringComparison.Ordinal)));
        // The compiler's iterators ask for the thread's number; nothing else of the environment is read.
        Assert.Equal(["get_CurrentManagedThreadId"], MembersUsedBy(typeof(Replica).Assembly.Location, "System.Environment"));
        // SHA-256 is all the cryptography there is: signatures belong to HotStuff.Crypto.
        Assert.Equal(
            ["HashAlgorithmName", "IncrementalHash", "SHA256"],
            used.Where(type => type.StartsWith("System.Security.Cryptography.", StringComparison.Ordinal)).Select(type => type.Split('.')[^1]).Distinct().Order());
    }

    [Fact]
    public void The_check_of_used_types_sees_what_it_forbids()
    {
        var used = TypesUsedBy(typeof(ArchitectureTests).Assembly.Location).ToList();

        Assert.Contains("System.IO.File", used);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Projects_refer_to_each_other_one_way(string project) =>
        Assert.Empty(
            References(ProjectFile(project), "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path)).Except(MayReference[project]));

    [Fact]
    public void Every_project_has_its_place()
    {
        var projects = Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(path => Path.GetFileNameWithoutExtension(path));

        Assert.Equal(MayReference.Keys.Order(StringComparer.Ordinal), projects.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_the_cluster_and_its_tests_use_Akka()
    {
        var users = Directory.GetFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Where(project => References(project, "PackageReference").Any(package => package.StartsWith("Akka", StringComparison.Ordinal)))
            .Select(project => Path.GetFileNameWithoutExtension(project)!)
            .ToList();

        Assert.Contains("HotStuff.Cluster", users);
        Assert.Empty(users.Except(["HotStuff.Cluster", "HotStuff.Cluster.Tests"]));
    }

    [Fact]
    public void Files_are_short()
    {
        Assert.Empty(TooLong("src/HotStuff.Consensus", 300));
        Assert.Empty(TooLong("src", 500));
    }

    [Fact]
    public void Actors_are_short()
    {
        var tooLong = SourceFiles("src")
            .Select(file => (File: file, Lines: File.ReadAllLines(file)))
            .Where(file => file.Lines.Any(IsActor) && file.Lines.Count(IsCode) >= 200)
            .Select(file => $"{Path.GetFileName(file.File)}: {file.Lines.Count(IsCode)} lines of code");

        Assert.Empty(tooLong);
    }

    /// <summary>The full names of all types of other assemblies that an assembly's code or signatures mention.</summary>
    private static IEnumerable<string> TypesUsedBy(string path)
    {
        using var stream = File.OpenRead(path);
        using var file = new PEReader(stream);
        var metadata = file.GetMetadataReader();
        foreach (var handle in metadata.TypeReferences)
        {
            var type = metadata.GetTypeReference(handle);
            yield return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
        }
    }

    /// <summary>The members of a type of another assembly that an assembly's code mentions.</summary>
    private static IEnumerable<string> MembersUsedBy(string path, string type)
    {
        using var stream = File.OpenRead(path);
        using var file = new PEReader(stream);
        var metadata = file.GetMetadataReader();
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference)
                continue;
            var parent = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
            if ($"{metadata.GetString(parent.Namespace)}.{metadata.GetString(parent.Name)}" == type)
                yield return metadata.GetString(member.Name);
        }
    }

    private static IEnumerable<string> TooLong(string folder, int most) =>
        SourceFiles(folder)
            .Select(file => (File: file, Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > most)
            .Select(file => $"{Path.GetRelativePath(Root, file.File)}: {file.Lines} lines");

    private static IEnumerable<string> SourceFiles(string folder) =>
        Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

    private static string ProjectFile(string project) => Path.Combine(Root, "src", project, project + ".csproj");

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(project).Descendants(kind).Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "HotStuff.Akka.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests run outside of the checkout");
        return folder;
    }

    private static bool IsActor(string line) =>
        line.Contains("class ", StringComparison.Ordinal) && ActorBases.Any(name => line.Contains(name, StringComparison.Ordinal));

    private static bool IsCode(string line) => line.Trim() is { Length: > 0 } text && !text.StartsWith("//", StringComparison.Ordinal);
}
