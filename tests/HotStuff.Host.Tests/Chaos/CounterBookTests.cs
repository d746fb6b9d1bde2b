using HotStuff.Host.Chaos;

namespace HotStuff.Host.Tests.Chaos;

public sealed class CounterBookTests
{
    [Theory]
    [InlineData(3, 0, 3, "1,2,3", null)]
    [InlineData(3, 0, 2, "1,2,3", "visits is 2 after 3 acknowledged increments: 1 are lost")]
    [InlineData(3, 0, 4, "1,2,4", "visits is 4 after 3 acknowledged increments and 0 without an answer: 1 ran twice")]
    [InlineData(3, 0, 3, "1,2,2", "1 increments of visits were answered with a sum that another one had been answered with")]
    [InlineData(2, 1, 2, "1,2", null)] // One without an answer may have run or not.
    [InlineData(2, 1, 3, "1,3", null)]
    [InlineData(2, 1, 4, "1,4", "visits is 4 after 2 acknowledged increments and 1 without an answer: 1 ran twice")]
    [InlineData(2, 1, 2, "1,3", "an increment of visits was answered with 3, and it is 2")]
    public void Lost_and_repeated_increments_are_found_by_counting(int acknowledged, int unanswered, long value, string sums, string? problem)
    {
        var book = new CounterBook("visits");
        foreach (var sum in sums.Split(','))
            book.Acknowledge(long.Parse(sum));
        for (var i = 0; i < unanswered; i++)
            book.Miss();

        Assert.Equal(acknowledged, sums.Split(',').Length);
        Assert.Equal(problem, book.Compare(value));
    }
}
