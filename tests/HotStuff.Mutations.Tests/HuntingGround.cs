using System.Reflection;
using System.Runtime.Loader;

namespace HotStuff.Mutations.Tests;

/// <summary>The project's assemblies once more, with a changed one among them, apart from those that run the tests.</summary>
internal sealed class HuntingGround : IDisposable
{
    private readonly Copies _copies;
    private readonly Func<string, string?> _run;

    /// <param name="changed">The changed assembly.</param>
    /// <param name="built">Where the others are, by name.</param>
    public HuntingGround(Stream changed, IReadOnlyDictionary<string, string> built)
    {
        _copies = new Copies(built);
        _copies.LoadFromStream(changed);
        _run = _copies.LoadFromAssemblyPath(typeof(Hunter).Assembly.Location).GetType(typeof(Hunter).FullName!)!
            .GetMethod(nameof(Hunter.Run), BindingFlags.Public | BindingFlags.Static)!.CreateDelegate<Func<string, string?>>();
    }

    /// <summary>See <see cref="Hunter.Run"/>.</summary>
    public string? Run(string hunt) => _run(hunt);

    public void Dispose() => _copies.Unload();

    private sealed class Copies(IReadOnlyDictionary<string, string> built) : AssemblyLoadContext(isCollectible: true)
    {
        // The changed one is there already, and found by its name before anybody asks here.
        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name is { } name && name.StartsWith("HotStuff.", StringComparison.Ordinal) && built.TryGetValue(name, out var path)
                ? LoadFromAssemblyPath(path)
                : null;
    }
}
