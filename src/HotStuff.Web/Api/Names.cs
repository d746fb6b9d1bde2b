using System.Text.Json;

namespace HotStuff.Web;

/// <summary>The names of enumerated values in JSON and on metrics, in camel case.</summary>
internal static class Names
{
    /// <summary>Of a value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Camel(value.ToString());

    /// <summary>Of a name in Pascal case.</summary>
    public static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
