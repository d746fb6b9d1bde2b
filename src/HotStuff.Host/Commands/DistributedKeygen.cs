using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Host.Commands;

/// <summary>One operator's part of <c>hotstuff keygen --distributed</c>: does all that can be done with the files that are there, and says what is missing.</summary>
/// <param name="replica">The operator's replica.</param>
/// <param name="exchangePath">Where the operators' messages are: public.</param>
/// <param name="directory">Where this operator's files go: secrets, and in the end the genesis file.</param>
internal sealed class DistributedKeygen(ReplicaId replica, string exchangePath, string directory)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private readonly ExchangeDirectory _exchange = new(exchangePath);

    /// <summary>The secrets between the rounds.</summary>
    public string StateFile { get; } = Path.Combine(directory, $"replica-{replica.Index}.ceremony");

    private string GenesisFile { get; } = Path.Combine(directory, "genesis.json");

    private string KeyFile { get; } = Path.Combine(directory, $"replica-{replica.Index}.key");

    /// <summary>The state that an earlier round left; null when there is none.</summary>
    public CeremonyState? Find() => File.Exists(StateFile) ? CeremonyStateFile.Load(StateFile) : null;

    /// <summary>Whether this ceremony is over: its keys are there, of the identity that is in the exchange, and no state any more.</summary>
    public bool IsFinished()
    {
        if (File.Exists(StateFile) || !File.Exists(GenesisFile) || !File.Exists(KeyFile)
            || _exchange.Read(CeremonyRound.Roster, replica)?.Body is not CeremonyBody.Enrolment enrolment)
        {
            return false;
        }

        var genesis = Genesis.Load(GenesisFile);
        using var signer = ReplicaKeyFile.Load(KeyFile, genesis);
        if (signer.IdentityKey != enrolment.IdentityKey)
            return false;
        Report(genesis);
        return true;
    }

    /// <summary>Begins: draws the secrets and keeps them.</summary>
    public CeremonyState Begin(CeremonyTerms terms, ReplicaAddress address)
    {
        foreach (var file in new[] { GenesisFile, KeyFile }.Where(File.Exists))
            throw ProblemException.Usage($"{file} exists; --out DIR writes elsewhere");
        var enrolment = _exchange.NameOf(CeremonyRound.Roster, replica);
        if (File.Exists(enrolment))
            throw ProblemException.Usage($"{enrolment} exists and {StateFile} does not; {replica} is another operator's, or begin again with a new --exchange");

        var state = CeremonyState.New(terms, replica, address);
        Directory.CreateDirectory(directory);
        Directory.CreateDirectory(exchangePath);
        CeremonyStateFile.Create(StateFile, state);
        return state;
    }

    /// <summary>Goes on as far as the others' messages allow, and looks for more of them for so long. True when the keys are made.</summary>
    public async Task<bool> RunAsync(CeremonyState state, IReadOnlyCollection<ReplicaId> leftOut, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        state = Save(state.Without(leftOut));
        while (true)
        {
            foreach (var message in state.Published.Values)
            {
                if (_exchange.Publish(message) is { } file)
                    Console.Out.WriteLine($"{file}: published");
            }

            var step = new Ceremony(state, _exchange).Advance();
            switch (step)
            {
                case CeremonyStep.Publish publish:
                    state = Save(state.With(publish.Message));
                    break;
                case CeremonyStep.Wait when TimeProvider.System.GetElapsedTime(began) < patience:
                    await Task.Delay(LookInterval, cancellationToken);
                    break;
                case CeremonyStep.Wait wait:
                    Report(step);
                    Console.Out.WriteLine($"waiting for {wait.Round.ToString().ToLowerInvariant()} of {string.Join(", ", wait.For)}; run the same command again when the files are there");
                    return false;
                case CeremonyStep.Fail fail:
                    Report(step);
                    throw new ProblemException($"no keys: {fail.Reason}");
                case CeremonyStep.Finish finish:
                    Report(step);
                    Save(finish);
                    return true;
            }
        }
    }

    private CeremonyState Save(CeremonyState state)
    {
        CeremonyStateFile.Replace(StateFile, state);
        return state;
    }

    /// <summary>The state goes last: until then the command can be run again.</summary>
    private void Save(CeremonyStep.Finish finish)
    {
        if (File.Exists(KeyFile))
            ReplicaKeyFile.Load(KeyFile, finish.Genesis).Dispose();
        else
            ReplicaKeyFile.Save(KeyFile, finish.Keys);
        finish.Genesis.Save(GenesisFile);
        File.Delete(StateFile);
        Report(finish.Genesis);
    }

    private static void Report(CeremonyStep step)
    {
        if (step.Session is not null)
            Console.Out.WriteLine($"session {step.Session}: compare it with the other operators, it is the same for all");
        foreach (var dealer in step.Disqualified)
            Console.Out.WriteLine($"not a dealer, {dealer}");
    }

    private void Report(Genesis genesis)
    {
        Console.Out.WriteLine($"{GenesisFile}: chain {genesis.Chain}, {genesis.Validators.Length} replicas, {genesis.Signatures}; the same for all operators, id {genesis.ChainId.Hash}");
        Console.Out.WriteLine($"{KeyFile}: private, for this replica only");
    }
}
