using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

public sealed class VerifyChainTests
{
    private readonly TestChain _chain = TestChain.Of(4);
    private readonly Block _first;
    private readonly Block _second;
    private readonly Block _third;

    public VerifyChainTests()
    {
        _first = _chain.Child(_chain.GenesisQc, 1, 1);
        _second = _chain.Child(_chain.Qc(_first), 3, 2);
        _third = _chain.Child(_chain.Qc(_second), 4, 3);
    }

    [Fact]
    public void Ancestors_of_a_certified_block_come_back_oldest_first()
    {
        var verified = MessageVerifier.VerifyChain(_third.Id, [_third, _second, _first]);

        Assert.Equal([_first, _second, _third], verified!.Value.Select(block => block.Value));
    }

    [Fact]
    public void What_is_not_the_chain_below_the_head_is_refused()
    {
        Assert.Null(MessageVerifier.VerifyChain(_third.Id, []));
        Assert.Null(MessageVerifier.VerifyChain(_third.Id, [_second, _first]));
        Assert.Null(MessageVerifier.VerifyChain(_third.Id, [_third, _first]));
        Assert.Null(MessageVerifier.VerifyChain(_third.Id, [_third, _third]));
        Assert.Null(MessageVerifier.VerifyChain(_third.Id, [_third, _chain.Child(_chain.Qc(_first), 3, 2, proposer: 2)]));
    }

    [Fact]
    public void A_child_of_the_wrong_height_or_view_is_refused()
    {
        var tooHigh = _chain.Child(_chain.Qc(_second), 4, 4);
        var misdated = _chain.Child(_chain.Qc(new VoteStatement(Epoch.Genesis, new View(2), _second.Id, Phase.Generic)), 4, 3);

        Assert.Null(MessageVerifier.VerifyChain(tooHigh.Id, [tooHigh, _second]));
        Assert.Null(MessageVerifier.VerifyChain(misdated.Id, [misdated, _second]));
    }
}
