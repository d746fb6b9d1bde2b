using System.Text;

namespace HotStuff.Cluster.Tests;

/// <summary>What a member of the operators' cluster can say in place of a frame.</summary>
public sealed class FeedExchangeTests
{
    private const string Required =
        "\"replica\":2,\"sequence\":0,\"at\":1.5,\"span\":100,\"view\":7,\"leader\":1,\"committed\":3,\"lockedView\":5,\"highQcView\":6,\"pending\":0,\"timeouts\":0";

    [Fact]
    public void A_frame_is_read()
    {
        var frame = Read($"{{{Required},\"occurrences\":[{{\"at\":1,\"kind\":\"voted\",\"view\":7,\"other\":1}}]}}");

        Assert.Equal((2, 7L, "voted"), (frame!.Replica, frame.View, Assert.Single(frame.Occurrences).Kind));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{" + Required + ",\"occurrences\":null}")]
    [InlineData("{" + Required + ",\"occurrences\":[null]}")]
    [InlineData("{" + Required + ",\"occurrences\":[{\"at\":1,\"kind\":null,\"view\":7}]}")]
    [InlineData("{" + Required + ",\"view\":1e99}")]
    public void What_is_no_frame_is_not_read(string json) => Assert.Null(Read(json));

    [Fact]
    public void A_frame_in_the_name_of_another_or_of_nobody_or_with_too_much_in_it_is_not_read()
    {
        var many = string.Join(',', Enumerable.Repeat("{\"at\":1,\"kind\":\"voted\",\"view\":7}", FeedFrame.MaxOccurrences + 1));

        Assert.Null(Read($"{{{Required}}}", replica: 3));
        Assert.Null(Read($"{{{Required.Replace("\"replica\":2", "\"replica\":-1", StringComparison.Ordinal)}}}", replica: -1));
        Assert.Null(Read($"{{{Required.Replace("\"replica\":2", "\"replica\":4", StringComparison.Ordinal)}}}", replica: 4));
        Assert.Null(Read($"{{{Required},\"occurrences\":[{many}]}}"));
    }

    private static FeedFrame? Read(string json, int replica = 2) =>
        FeedExchange.TryRead(new OpsMessages.Frame { Replica = replica, Json = Encoding.UTF8.GetBytes(json) }, replicas: 4);
}
