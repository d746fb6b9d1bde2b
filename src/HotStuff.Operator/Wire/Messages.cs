using System.Text.Json.Serialization;

namespace HotStuff.Operator;

/// <summary>What an operator's program says to a node, each as one frame.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Run), "run")]
internal abstract record CallerMessage
{
    /// <summary>The version of what follows.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The most words of a command.</summary>
    public const int MaxWords = 64;

    /// <summary>The first message of a connection.</summary>
    public sealed record Hello(int Version, string? Token) : CallerMessage;

    /// <summary>A command.</summary>
    public sealed record Run(string?[] Words) : CallerMessage;
}

/// <summary>What a node says to an operator's program, each as one frame.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Welcome), "welcome")]
[JsonDerivedType(typeof(Result), "result")]
[JsonDerivedType(typeof(Line), "line")]
[JsonDerivedType(typeof(End), "end")]
[JsonDerivedType(typeof(Refusal), "refusal")]
internal abstract record NodeMessage
{
    /// <summary>The answer to a Hello.</summary>
    public sealed record Welcome(string Name, string? Chain, string Version) : NodeMessage;

    /// <summary>What a command answered.</summary>
    public sealed record Result(CommandResult Answer) : NodeMessage;

    /// <summary>A line of a command that goes on.</summary>
    public sealed record Line(string Text) : NodeMessage;

    /// <summary>There are no more lines.</summary>
    public sealed record End : NodeMessage;

    /// <summary>Why something was not done, in one line.</summary>
    public sealed record Refusal(string Message, bool IsUsage) : NodeMessage;
}
