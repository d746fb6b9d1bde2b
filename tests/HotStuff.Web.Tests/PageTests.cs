using System.Text.Json;
using System.Text.RegularExpressions;
using HotStuff.Cluster;
using HotStuff.Consensus;

namespace HotStuff.Web.Tests;

public sealed partial class PageTests
{
    public static TheoryData<string> Modules => [.. PageFiles.Names.Where(name => name.EndsWith(".js", StringComparison.Ordinal))];

    [Fact]
    public void Every_kind_of_occurrence_has_a_mark_and_a_lesson_and_no_other_has()
    {
        var kinds = Enum.GetNames<OccurrenceKind>().Select(JsonNamingPolicy.CamelCase.ConvertName).Order().ToArray();

        Assert.Equal(kinds, Member().Matches(PageFiles.Read("kinds.js")).Select(member => member.Groups["name"].Value).Order());
        Assert.Equal(kinds, Method().Matches(PageFiles.Read("glyphs.js")).Select(method => method.Groups["name"].Value).Order());
    }

    [Fact]
    public void What_the_page_reads_of_a_frame_is_in_a_frame()
    {
        var fields = typeof(FeedFrame).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).ToHashSet(StringComparer.Ordinal);
        // The model adds how many views passed since the frame before.
        fields.Add("views");
        var read = new[] { "history.js", "lanes.js", "marks.js", "figures.js", "tables.js", "metrics.js" }
            .SelectMany(file => FrameField().Matches(PageFiles.Read(file)).Select(match => match.Groups["name"].Value))
            .ToHashSet(StringComparer.Ordinal);

        Assert.Contains("omitted", read);
        Assert.Empty(read.Except(fields));
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void Every_module_is_loaded_by_the_live_page_or_by_that_of_a_run(string module)
    {
        var loaded = new HashSet<string>(StringComparer.Ordinal) { "main.js", "replay.js" };
        for (var before = 0; before < loaded.Count;)
        {
            before = loaded.Count;
            loaded.UnionWith([.. loaded.SelectMany(name => Import().Matches(PageFiles.Read(name)).Select(import => import.Groups["file"].Value))]);
        }

        Assert.Contains(module, loaded);
    }

    [Fact]
    public void The_page_has_nothing_that_a_content_security_policy_forbids_and_loads_nothing_from_elsewhere()
    {
        var page = PageFiles.Read("index.html");

        Assert.DoesNotMatch(@"\son[a-z]+=|\sstyle=|<style|<script(?![^>]*\ssrc=)", page);
        Assert.All(PageFiles.Names, name => Assert.DoesNotMatch(@"https?://(?!www\.w3\.org/2000/svg)", PageFiles.Read(name)));
        Assert.All(Link().Matches(page).Select(link => link.Groups["file"].Value), file => Assert.Contains(file, PageFiles.Names));
    }

    [Fact]
    public void The_page_of_a_run_stands_alone()
    {
        var page = ReplayPage.Create("{\"title\":\"\\u003C/script\\u003E\"}");

        Assert.DoesNotMatch("<script[^>]*\\ssrc=|<link[^>]*stylesheet|\\simport\\s", page);
        Assert.DoesNotMatch("href=\"(?!data:|#)", page);
        Assert.Equal(2, page.Split("</script>").Length - 1);
    }

    [Fact]
    public void A_trace_that_could_end_its_script_is_refused() => Assert.Throws<ArgumentException>(() => ReplayPage.Create("{\"title\":\"</script>\"}"));

    [Fact]
    public void Modules_are_joined_after_those_that_they_import_and_each_once()
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["a.js"] = "import { two } from './b.js';\nimport { three } from './c.js';\nconst own = two + three();\n",
            ["b.js"] = "import { three } from './c.js';\nexport const two = three();\n",
            ["c.js"] = "export function three() {\n  return 3;\n}\n",
        };

        var script = ModuleBundle.Create("a.js", name => files[name]);

        Assert.Equal(
            "const cModule = (() => {\nfunction three() {\n  return 3;\n}\nreturn { three };\n})();\n\n"
            + "const bModule = (() => {\nconst { three } = cModule;\nconst two = three();\nreturn { two };\n})();\n\n"
            + "const aModule = (() => {\nconst { two } = bModule;\nconst { three } = cModule;\nconst own = two + three();\nreturn {  };\n})();\n\n",
            script);
    }

    [Theory]
    [InlineData("export default 3;")]
    [InlineData("import * as all from './b.js';")]
    [InlineData("export { a };")]
    [InlineData("import { a } from './a.js';")]
    public void What_cannot_be_joined_is_refused(string module) => Assert.Throws<InvalidOperationException>(() => ModuleBundle.Create("a.js", _ => module));

    [GeneratedRegex("^  (?<name>[a-zA-Z]+): \\{$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Member();

    [GeneratedRegex("^  (?<name>[a-zA-Z]+)\\(g, r, ink\\) \\{$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Method();

    [GeneratedRegex("\\bframe\\??\\.(?<name>[a-zA-Z]+)\\b(?!\\()", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FrameField();

    [GeneratedRegex("^import \\{[^}]*\\} from '\\./(?<file>[a-z]+\\.js)';", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Import();

    [GeneratedRegex("(?:src|href)=\"(?<file>[^\"#]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
