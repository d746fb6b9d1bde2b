using System.Collections;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace HotStuff.Cluster;

/// <summary>
/// Where a node's configuration comes from: the command line, above the environment, above its file, above the reference (<c>hocon/hotstuff.conf</c>, which is
/// inside this assembly).
/// </summary>
public static class NodeConfiguration
{
    private const string Root = "hotstuff";
    private const string AkkaRoot = "akka";
    private const string EnvironmentPrefix = "HOTSTUFF__";

    /// <summary>The reference: every key with its default.</summary>
    public static Config Reference { get; } = Resource("hotstuff.conf");

    /// <summary>Every key that exists, by its full name.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. KeysOf(Reference)];

    /// <summary>Merges all sources.</summary>
    /// <param name="file">The node's file; null for none.</param>
    /// <param name="environment">The environment's variables; those that do not begin with HOTSTUFF__ are ignored.</param>
    /// <param name="commandLine">Full keys with values, which override everything else.</param>
    /// <exception cref="SettingsException">The file cannot be read, or somebody sets a key that does not exist.</exception>
    public static Config Load(string? file, IDictionary environment, IReadOnlyDictionary<string, string>? commandLine = null)
    {
        var config = Reference;
        if (file is not null)
            config = Checked(Parse(file), file).WithFallback(config);

        foreach (DictionaryEntry variable in environment)
        {
            if (variable is { Key: string name, Value: string value } && name.StartsWith(EnvironmentPrefix, StringComparison.Ordinal))
                config = Set(KeyOf(name), value, name).WithFallback(config);
        }

        foreach (var (key, value) in commandLine ?? new Dictionary<string, string>(StringComparer.Ordinal))
            config = Set(key, value, key).WithFallback(config);
        return config;
    }

    /// <summary>The key that an environment variable sets: two underscores are a dot, one is a dash.</summary>
    public static string KeyOf(string variable) =>
        variable.Replace("__", ".", StringComparison.Ordinal).Replace('_', '-').ToLowerInvariant();

    internal static Config Resource(string name)
    {
        using var stream = typeof(NodeConfiguration).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    /// <summary>One key with a value that may be any text.</summary>
    internal static Config Pair(string key, string value) => ConfigurationFactory.ParseString(
        $"{key} = \"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");

    private static Config Set(string key, string value, string source) => Keys.Contains(key, StringComparer.Ordinal)
        ? Pair(key, value)
        : throw new SettingsException($"{source}: there is no key {key}{Suggestion(key)}");

    private static Config Parse(string file)
    {
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"{file} cannot be read: {exception.Message}", exception);
        }

        if (HoconBrackets.Problem(text) is { } problem)
            throw new SettingsException($"{file} is not HOCON: {problem}");
        try
        {
            return ConfigurationFactory.ParseString(text);
        }
        catch (Exception exception)
        {
            // The parser throws what it likes; all of it means the same.
            throw new SettingsException($"{file} is not HOCON: {FirstLine(exception.Message)}", exception);
        }
    }

    private static Config Checked(Config config, string file)
    {
        var stray = config.Root.IsObject() ? config.Root.GetObject().Items.Keys.FirstOrDefault(key => key is not (Root or AkkaRoot)) : null;
        if (stray is not null)
            throw new SettingsException($"{file}: there is no section {stray}; allowed: {Root}, {AkkaRoot}");
        if (config.GetValue(Root) is { } section && !section.IsObject())
            throw new SettingsException($"{file}: {Root} is a value; allowed: a section {Root} {{ }}");

        var known = Keys.ToHashSet(StringComparer.Ordinal);
        var unknown = KeysOf(config).FirstOrDefault(key => !known.Contains(key));
        return unknown is null ? config : throw new SettingsException($"{file}: there is no key {unknown}{Suggestion(unknown)}");
    }

    private static string Suggestion(string key)
    {
        var last = key[(key.LastIndexOf('.') + 1)..];
        var same = Keys.Where(known => known.EndsWith($".{last}", StringComparison.Ordinal)).ToList();
        return same.Count > 0 ? $"; did you mean {string.Join(" or ", same)}?" : "; hocon/hotstuff.conf lists all keys";
    }

    private static IEnumerable<string> KeysOf(Config config) =>
        config.GetValue(Root) is { } value && value.IsObject() ? Leaves(Root, value.GetObject()) : [];

    private static IEnumerable<string> Leaves(string path, HoconObject node) => node.Items.SelectMany(item =>
        item.Value.IsObject() ? Leaves($"{path}.{item.Key}", item.Value.GetObject()) : [$"{path}.{item.Key}"]);

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
