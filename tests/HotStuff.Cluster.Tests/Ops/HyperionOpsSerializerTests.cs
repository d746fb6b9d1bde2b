using System.Runtime.Serialization;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using CsCheck;

namespace HotStuff.Cluster.Tests;

/// <summary>What a member of the operators' cluster can do with bytes.</summary>
public sealed class HyperionOpsSerializerTests : TestKit
{
    private readonly HyperionOpsSerializer _serializer;

    public HyperionOpsSerializerTests() => _serializer = new HyperionOpsSerializer((ExtendedActorSystem)Sys);

    [Fact]
    public void Messages_come_out_as_they_went_in()
    {
        var frame = (OpsMessages.Frame)Through(new OpsMessages.Frame { Replica = 3, Json = [1, 2, 3] });
        Assert.Equal((3, 3), (frame.Replica, frame.Json.Length));
        Assert.Equal(7, ((OpsMessages.Watcher)Through(new OpsMessages.Watcher { Replica = 7 })).Replica);
    }

    [Theory]
    [InlineData("Frame", new byte[] { 9, 0xc7, 0xff, 0xff, 0x7f })] // an array of 2 GB
    [InlineData("Frame", new byte[] { 255, 5, 0, 0, 0, 65, 66, 67, 68, 69 })] // a type by its name
    [InlineData("Frame", new byte[] { 254, 1, 0, 0, 0, 0, 0 })] // another message than the manifest says
    [InlineData("Frame", new byte[] { })]
    [InlineData("System.IO.FileInfo", new byte[] { 254, 0, 0 })]
    public void Bytes_that_are_none_of_our_messages_are_refused(string manifest, byte[] bytes) =>
        Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes, manifest));

    [Fact]
    public void A_message_above_the_bound_is_refused() => Assert.Throws<SerializationException>(
        () => Through(new OpsMessages.Frame { Json = new byte[HyperionOpsSerializer.MaxBytes] }));

    [Fact]
    public void Changed_bytes_are_a_message_or_refused_and_allocate_no_more_than_they_are_long()
    {
        var valid = _serializer.ToBinary(new OpsMessages.Frame { Replica = 3, Json = new byte[40] });
        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte, Gen.Int[0, valid.Length]).Array[1, 4].Sample(changes =>
        {
            var bytes = (byte[])valid.Clone();
            foreach (var (at, value, _) in changes)
                bytes[at] = value;
            bytes = bytes[..changes[0].Item3];
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Assert.IsType<OpsMessages.Frame>(_serializer.FromBinary(bytes, "Frame"));
            }
            catch (SerializationException)
            {
                // As it should be.
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        });
    }

    private object Through(object message) => _serializer.FromBinary(_serializer.ToBinary(message), _serializer.Manifest(message));
}
