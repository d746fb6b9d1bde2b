namespace HotStuff.Mutations.Tests;

/// <summary>A rule without which nothing goes wrong, because another rule holds too, or because it saves time only.</summary>
/// <param name="Name">What is missing, in a few words.</param>
/// <param name="Change">The place in the sources.</param>
/// <param name="Hunts">Those that come closest, and find nothing.</param>
/// <param name="Because">Why, and why the rule stays.</param>
public sealed record RedundantRule(string Name, Change Change, string[] Hunts, string Because);
