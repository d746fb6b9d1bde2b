namespace HotStuff.Bls12381;

/// <summary>What a participant signed with its key; a threshold of such shares makes a signature.</summary>
/// <param name="Participant">Its number, from 1.</param>
/// <param name="Signature">48 bytes compressed or, faster to combine, 96 uncompressed.</param>
public readonly record struct ThresholdShare(int Participant, ReadOnlyMemory<byte> Signature);

/// <summary>A message and the group's signature, to be verified together with others.</summary>
/// <param name="Message">What was signed.</param>
/// <param name="Signature">48 or 96 bytes.</param>
public readonly record struct SignedMessage(HashedMessage Message, ReadOnlyMemory<byte> Signature);
