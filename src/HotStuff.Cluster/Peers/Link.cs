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

    public bool MayAnswer() => _answers > 0 && _answers-- > 0;

    public bool MayCheck() => _checks > 0 && _checks-- > 0;

    public bool MayChallenge() => !_challenged && (_challenged = true);

    public void Renew() => (_answers, _checks, _challenged) = (PeersActor.AnswersPerInterval, PeersActor.AnswersPerInterval, false);

    public void Prove(LinkProof proof) => (Proven, Expected, Instance, Nonce) = (true, proof.Token, proof.Instance, null);

    /// <summary>What nobody can guess: a nonce, a token, the number of an instance.</summary>
    public static UInt128 RandomValue()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
