using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace HotStuff.Host.CommandLine;

/// <summary>
/// Makes options whose errors are one line that says what was given and what is allowed.
/// </summary>
internal static class NewOption
{
    public static Option<int> Integer(string name, string description, int defaultValue, int min, int max) =>
        Number(name, description, defaultValue, min, max, (string text, out int value) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value), "a whole number");

    public static Option<double> Seconds(string name, string description, double defaultValue, double min, double max) =>
        Number(name, description, defaultValue, min, max, TryParseDouble, "a number of seconds");

    /// <summary>As <see cref="Integer"/>, without a default: null when not given.</summary>
    public static Option<int?> OptionalInteger(string name, string description, int min, int max) => new(name)
    {
        Description = $"{description} ({min} to {max})",
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
                return value;
            result.AddError($"{name} is '{text}'; allowed is a whole number from {min} to {max}");
            return null;
        },
    };

    /// <summary>As <see cref="Seconds"/>, without a default: null when not given.</summary>
    public static Option<double?> OptionalSeconds(string name, string description, double min, double max) => new(name)
    {
        Description = description,
        HelpName = "SECONDS",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (TryParseDouble(text, out var value) && value >= min && value <= max)
                return value;
            result.AddError($"{name} is '{text}'; allowed is a number of seconds from {min} to {max}");
            return null;
        },
    };

    /// <summary>Commands per second, without a default: null when not given.</summary>
    public static Option<double?> OptionalRate(string name, string description, double min, double max) => new(name)
    {
        Description = description,
        HelpName = "R",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (TryParseDouble(text, out var value) && value >= min && value <= max)
                return value;
            result.AddError($"{name} is '{text}'; allowed is a number of commands per second from {min} to {max}");
            return null;
        },
    };

    /// <summary>One of some words.</summary>
    public static Option<string> Choice(string name, string description, string defaultValue, params string[] allowed) => new(name)
    {
        Description = $"{description}: {string.Join(", ", allowed)}",
        HelpName = string.Join('|', allowed),
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result => ParseChoice(result, name, allowed),
    };

    /// <summary>As <see cref="Choice"/>, without a default: null when not given.</summary>
    public static Option<string?> OptionalChoice(string name, string description, string helpName, params string[] allowed) => new(name)
    {
        Description = $"{description}: {string.Join(", ", allowed)}",
        HelpName = helpName,
        CustomParser = result => ParseChoice(result, name, allowed),
    };

    /// <summary>Some of some words, separated by commas; all of them for the word all. Without a default.</summary>
    public static Option<string[]> Several(string name, string description, params string[] allowed) => new(name)
    {
        Description = $"{description}, separated by commas: {string.Join(", ", allowed)}; or all, which it is if nobody says",
        HelpName = "LIST",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var words = text == "all" ? allowed : text.Split(',');
            if (words.FirstOrDefault(word => !allowed.Contains(word, StringComparer.Ordinal)) is { } unknown)
                result.AddError($"{name} has '{unknown}'; allowed are all, or some of {string.Join(", ", allowed)}");
            return words;
        },
    };

    public static Option<string> Text(string name, string description, string defaultValue, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => defaultValue,
    };

    /// <summary>A path or a word without a default: null when not given.</summary>
    public static Option<string?> OptionalText(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
    };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>Whether the user wrote the option, rather than its default being used.</summary>
    public static bool IsGiven(this ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };

    private delegate bool TryParse<T>(string text, out T value);

    private static bool TryParseDouble(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

    private static string ParseChoice(ArgumentResult result, string name, string[] allowed)
    {
        var text = result.Tokens[0].Value;
        if (!allowed.Contains(text, StringComparer.Ordinal))
            result.AddError($"{name} is '{text}'; allowed are {string.Join(", ", allowed)}");
        return text;
    }

    private static Option<T> Number<T>(string name, string description, T defaultValue, T min, T max, TryParse<T> tryParse, string kind)
        where T : IComparable<T> => new(name)
        {
            Description = $"{description} ({min} to {max})",
            HelpName = kind is "a whole number" ? "N" : "SECONDS",
            DefaultValueFactory = _ => defaultValue,
            CustomParser = result => ParseNumber(result, name, min, max, tryParse, kind),
        };

    private static T? ParseNumber<T>(ArgumentResult result, string name, T min, T max, TryParse<T> tryParse, string kind)
        where T : IComparable<T>
    {
        var text = result.Tokens[0].Value;
        if (tryParse(text, out var value) && value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0)
            return value;
        result.AddError($"{name} is '{text}'; allowed is {kind} from {min} to {max}");
        return default;
    }
}
