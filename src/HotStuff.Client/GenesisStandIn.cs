namespace HotStuff.Crypto;
/// <summary>x</summary>
public sealed class Genesis;
