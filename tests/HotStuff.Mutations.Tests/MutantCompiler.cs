using System.Collections.Concurrent;
using System.Reflection;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace HotStuff.Mutations.Tests;

/// <summary>
/// Compiles a project's sources with one place changed, in memory, and loads the result together with copies of all the other assemblies, as they were built. So
/// mutants need neither a build nor hooks in the sources. Safe to use from several threads.
/// </summary>
internal static class MutantCompiler
{
    // What ImplicitUsings gives the projects.
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly string Root = FindRoot();

    private static readonly Dictionary<string, string> Built = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator).DistinctBy(Path.GetFileName).ToDictionary(path => Path.GetFileNameWithoutExtension(path), StringComparer.Ordinal);

    private static readonly Lazy<Dictionary<string, MetadataReference>> References = new(
        () => Built.ToDictionary(assembly => assembly.Key, assembly => (MetadataReference)MetadataReference.CreateFromFile(assembly.Value), StringComparer.Ordinal));

    private static readonly ConcurrentDictionary<string, Lazy<Project>> Projects = new(StringComparer.Ordinal);

    /// <summary>The sources with these changes, all of one project, ready to be hunted in.</summary>
    /// <exception cref="InvalidOperationException">A change's original text does not occur exactly once, or the sources do not compile.</exception>
    public static HuntingGround Compile(params IReadOnlyList<Change> changes)
    {
        var project = Projects.GetOrAdd(changes[0].File.Split('/')[1], name => new Lazy<Project>(() => Parse(name))).Value;
        var compilation = project.Compilation;
        foreach (var file in changes.GroupBy(change => change.File))
            compilation = compilation.ReplaceSyntaxTree(project.ByFile[file.Key], file.Aggregate(project.ByFile[file.Key], Apply));
        using var assembly = new MemoryStream();
        var emitted = compilation.Emit(assembly);
        if (!emitted.Success)
        {
            var errors = emitted.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(5);
            throw new InvalidOperationException($"does not compile:\n{string.Join('\n', errors)}");
        }

        assembly.Position = 0;
        return new HuntingGround(assembly, Built);
    }

    private static SyntaxTree Apply(SyntaxTree tree, Change change)
    {
        var text = tree.GetText().ToString();
        var first = text.IndexOf(change.Original, StringComparison.Ordinal);
        if (first < 0 || text.IndexOf(change.Original, first + 1, StringComparison.Ordinal) >= 0)
            throw new InvalidOperationException($"occurs {(first < 0 ? "nowhere" : "more than once")} in {change.File}: {change.Original}");
        return tree.WithChangedText(SourceText.From(text[..first] + change.Replaced + text[(first + change.Original.Length)..]));
    }

    private static Project Parse(string name)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        var folder = Path.Combine(Root, "src", name);
        var byFile = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => part is "obj" or "bin"))
            .ToDictionary(file => file, file => CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(Root, file)), options), StringComparer.Ordinal);
        var friends = XDocument.Load(Path.Combine(folder, name + ".csproj")).Descendants("InternalsVisibleTo")
            .Select(friend => $"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{friend.Attribute("Include")!.Value}\")]");
        var version = $"[assembly: System.Reflection.AssemblyVersion(\"{AssemblyName.GetAssemblyName(Built[name]).Version}\")]";
        var generated = CSharpSyntaxTree.ParseText($"{Usings}\n{version}\n{string.Join('\n', friends)}", options);
        return new Project(byFile, CSharpCompilation.Create(
            name,
            byFile.Values.Append(generated),
            References.Value.Where(reference => reference.Key != name).Select(reference => reference.Value),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable)));
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "HotStuff.Akka.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests run outside of the checkout");
        return folder;
    }

    private sealed record Project(Dictionary<string, SyntaxTree> ByFile, CSharpCompilation Compilation);
}
