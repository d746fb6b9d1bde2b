using System.Text;
using System.Text.RegularExpressions;

namespace HotStuff.Web;

/// <summary>
/// Joins ES modules into one script: a page that is opened from disk may not load others. Each module becomes a function that answers what it exports, after those that it imports. The modules
/// keep to what is understood here: named imports of files beside them, one in a line; named exports of declarations; no cycles.
/// </summary>
public static partial class ModuleBundle
{
    /// <summary>The script.</summary>
    /// <param name="entry">The module that is run last.</param>
    /// <param name="read">The text of a module.</param>
    /// <exception cref="InvalidOperationException">A module has an import or an export of another form, or imports form a cycle.</exception>
    public static string Create(string entry, Func<string, string> read)
    {
        var script = new StringBuilder();
        Append(script, entry, read, [], []);
        return script.ToString();
    }

    private static void Append(StringBuilder script, string file, Func<string, string> read, HashSet<string> done, HashSet<string> begun)
    {
        if (done.Contains(file))
            return;
        if (!begun.Add(file))
            throw new InvalidOperationException($"{file} imports itself, directly or by others");
        var text = read(file);
        foreach (Match import in Import().Matches(text))
            Append(script, import.Groups["file"].Value, read, done, begun);
        var exports = Export().Matches(text).Select(export => export.Groups["name"].Value).ToArray();
        var body = Export().Replace(Import().Replace(text, import => $"const {{{import.Groups["names"].Value}}} = {NameOf(import.Groups["file"].Value)};"), export => export.Value["export ".Length..]);
        if (Unknown().Match(body) is { Success: true } unknown)
            throw new InvalidOperationException($"{file} has what cannot be joined: {unknown.Value}");
        script.Append("const ").Append(NameOf(file)).Append(" = (() => {\n").Append(body).Append("return { ").AppendJoin(", ", exports).Append(" };\n})();\n\n");
        done.Add(file);
    }

    private static string NameOf(string file) => $"{file[..^".js".Length]}Module";

    [GeneratedRegex(@"^import \{(?<names>[^}]*)\} from '\./(?<file>[a-z]+\.js)';", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Import();

    [GeneratedRegex(@"^export (?:async function|function|class|const) (?<name>[A-Za-z_]\w*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Export();

    [GeneratedRegex(@"^\s*(?:import|export)\b.*", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unknown();
}
