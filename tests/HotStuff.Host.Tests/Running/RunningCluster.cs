namespace HotStuff.Host.Tests.Running;

/// <summary>Tests that start several processes run one after the other: on two cores they would starve each other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunningCluster
{
    public const string Name = "running cluster";

    /// <summary>How long starting a cluster and a short run on a busy machine may take.</summary>
    public static TimeSpan Bound => TimeSpan.FromMinutes(3);
}
