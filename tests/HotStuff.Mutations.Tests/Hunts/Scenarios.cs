namespace HotStuff.Mutations.Tests;

/// <summary>Directed hunts: the one situation in which a rule matters.</summary>
internal static class Scenarios
{
    public static IReadOnlyDictionary<string, Action> Hunts { get; } = new Dictionary<string, Action>(StringComparer.Ordinal)
    {
        ["stale leader chained"] = () => StaleLeader.Run("chained", traitor: 3),
        ["stale leader hotstuff2"] = () => StaleLeader.Run("hotstuff2", traitor: 0),
        ["stale leader basic"] = () => StaleLeader.Run("basic", traitor: 3),
        ["stranded lock chained"] = () => StrandedLock.Run("chained"),
        ["stranded lock basic"] = () => StrandedLock.Run("basic"),
        ["second vote chained"] = () => Traitor.AskForSecondVotes("chained"),
        ["second vote basic"] = () => Traitor.AskForSecondVotes("basic"),
        ["restored copy chained"] = () => RestoredCopy.Run("chained"),
        ["restored copy basic"] = () => RestoredCopy.Run("basic"),
        ["usurper"] = Traitor.Usurp,
        ["far ahead"] = Traitor.ProposeFarAhead,
        ["wrong height"] = Traitor.ClaimHeight,
        ["forgeries model"] = Forgeries.Model,
        ["forgeries ed25519"] = Forgeries.Ed25519,
        ["wrong block fetched"] = Forgeries.FetchedBlock,
        ["one dead of four"] = () => Hardships.OneDead(4, "chained", 3),
        ["two dead of seven"] = () => Hardships.OneDead(7, "chained", 1, 2),
        ["tail forked"] = TailForks.Run,
        ["tail forked in haste"] = TailForks.RunInHaste,
        ["one gateway"] = Hardships.OneGateway,
        ["slow network"] = Hardships.SlowNetwork,
        ["after a slow time"] = Hardships.AfterSlowTime,
        ["unfit command"] = Hardships.UnfitCommand,
        ["laggard"] = Hardships.Laggard,
        ["troubled minority"] = Hardships.TroubledMinority,
        ["repeated command"] = Hardships.RepeatedCommand,
        ["flood"] = Hardships.Flood,
        ["many lost blocks"] = Hardships.ManyLostBlocks,
    };
}
