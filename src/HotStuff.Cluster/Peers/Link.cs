using System.Buffers.Binary;
using System.Security.Cryptography;
using Akka.Actor;

namespace HotStuff.Cluster;

/// <summary>What the <see cref="PeersActor"/> keeps of one peer, with what it may still cause in the current interval.</summary>
internal sealed class Link(PeerAddress address, IActorRef target)
{
    private int _answers = PeersActor.AnswersPerInterval;
    private int _checks = PeersActor.AnswersPerInterval;
    private bool _challenged;

    public PeerAddress Address { get; } = address;

    public IActorRef Target { get; } = target;

    public UInt128 OwnToken { get; } = RandomValue();

    public UInt128? Nonce { get; set; }

    public bool Proven { get; private set; }

    public UInt128 Expected { get; private set; }

    public UInt128 Instance { get; private set; }

    /// <summary>Another process that has said hello with the peer's key since the last proof; null when none has.</summary>
    public UInt128? Rival { get; private set; }

    public bool MayAnswer() => _answers > 0 && _answers-- > 0;

    public bool MayCheck() => _checks > 0 && _checks-- > 0;

    public bool MayChallenge() => !_challenged && (_challenged = true);

    public void Renew() => (_answers, _checks, _challenged) = (PeersActor.AnswersPerInterval, PeersActor.AnswersPerInterval, false);

    public void Prove(LinkProof proof) => (Proven, Expected, Instance, Nonce, Rival) = (true, proof.Token, proof.Instance, null, null);

    /// <summary>Another process speaks with the peer's key: the next proof must answer a challenge that is newer than that, so that it says which of them lives.</summary>
    public void Doubt(UInt128 rival)
    {
        if (Rival is null)
            Nonce = null;
        Rival = rival;
    }

    /// <summary>What nobody can guess: a nonce, a token, the number of an instance.</summary>
    public static UInt128 RandomValue()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
