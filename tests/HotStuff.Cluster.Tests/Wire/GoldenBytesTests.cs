namespace HotStuff.Cluster.Tests;

/// <summary>Bytes that replicas of any version must go on reading. They change only together with a manifest.</summary>
public sealed class GoldenBytesTests
{
    public static TheoryData<string, string> Golden => new()
    {
        {
            Manifests.Proposal,
            "0a9d0101000000000000000000000000000000080000000000000005000000000000000000000000000000000000000007496aca80e4d8f29fb8e8cd"
            + "816c3afb48d3f103970b3a2ee1600c08ca67326dee000003010203d22f8661baa3803fc975613edc6bca2baafb62df407fdbf1511c5895d0e1f32600"
            + "0000250000000000000000010203040506070800000000000000090000000200000005020a0b010c12080a021006120204051a010d"
        },
        { Manifests.Vote, "0a2410071a20496aca80e4d8f29fb8e8cd816c3afb48d3f103970b3a2ee1600c08ca67326dee10021a01062210000000000000000000000000000000"
            + "77" },
        {
            Manifests.Complaint,
            "0a02100610031a010e222b0a2410071a20496aca80e4d8f29fb8e8cd816c3afb48d3f103970b3a2ee1600c08ca67326dee12030102032a080a021006"
            + "12020405322b0a2410071a20496aca80e4d8f29fb8e8cd816c3afb48d3f103970b3a2ee1600c08ca67326dee10021a01063a10000000000000000000"
            + "00000000000088"
        },
        { Manifests.NextView, "0801122b0a2410071a20496aca80e4d8f29fb8e8cd816c3afb48d3f103970b3a2ee1600c08ca67326dee12030102031a080a02100612020405" },
        {
            Manifests.PassOn,
            "0a100000000000000000000000000000006610021a4a0000000000000000010203040506070800000000000000090000000200000005020a0b010c00"
            + "00000000000000010203040506070800000000000000090000000200000005020a0b010c"
        },
        {
            Manifests.BlockRequest,
            "0a10000000000000000000000000000000441003184d22204bfba14a7c0168c17bfd921575890fe34015ec7a16c0cd0b6f03166549a161e5280230e8"
            + "07"
        },
        {
            Manifests.BlockResponse,
            "0a1000000000000000000000000000000055184d229d0101000000000000000000000000000000080000000000000005000000000000000000000000"
            + "000000000000000007496aca80e4d8f29fb8e8cd816c3afb48d3f103970b3a2ee1600c08ca67326dee000003010203d22f8661baa3803fc975613edc"
            + "6bca2baafb62df407fdbf1511c5895d0e1f326000000250000000000000000010203040506070800000000000000090000000200000005020a0b010c"
            + "2801"
        },
        { Manifests.Hello, "08011210000000000000000000000000000000111a10000000000000000000000000000000222002280332020f10" },
        { Manifests.Inquiry, "0a10000000000000000000000000000000aa10021a1000000000000000000000000000000099" },
        {
            Manifests.Recollection,
            "0a10000000000000000000000000000000bb10011a100000000000000000000000000000009920022a2b0a2410071a20496aca80e4d8f29fb8e8cd81"
            + "6c3afb48d3f103970b3a2ee1600c08ca67326dee10021a010632070a0210061201113a290a2410071a20496aca80e4d8f29fb8e8cd816c3afb48d3f1"
            + "03970b3a2ee1600c08ca67326dee120112422b0a2410071a20496aca80e4d8f29fb8e8cd816c3afb48d3f103970b3a2ee1600c08ca67326dee120301"
            + "02034a080a02100612020405"
        },
        {
            Manifests.LinkProof,
            "080110031a10000000000000000000000000000000222210000000000000000000000000000000332a10000000000000000000000000000000113203"
            + "070809"
        },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void The_encoding_of_each_manifest_is_what_it_has_always_been(string manifest, string hex)
    {
        var frame = Samples.Frames.Single(frame => frame.Manifest == manifest);
        Assert.Equal(hex, Convert.ToHexStringLower(frame.Bytes));
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void The_golden_bytes_are_read(string manifest, string hex) =>
        Assert.Null(Samples.RefusalOf(manifest, Convert.FromHexString(hex)));

    [Fact]
    public void Every_manifest_has_golden_bytes() =>
        Assert.Equal(Manifests.All.Order(StringComparer.Ordinal), Golden.Select(row => (string)((object[])row)[0]).Order(StringComparer.Ordinal));
}
