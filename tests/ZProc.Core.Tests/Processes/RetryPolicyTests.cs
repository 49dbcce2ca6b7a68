using CsCheck;
using Xunit;
using ZProc.Core.Processes;

namespace ZProc.Core.Tests.Processes;

public sealed class RetryPolicyTests
{
    [Theory]
    [InlineData("System.IO.IOException", true)]
    [InlineData("IOException", true)]
    [InlineData("io.ioexception", true)]
    [InlineData("Exception", true)]
    [InlineData("ception", false)]
    [InlineData("System.IO", false)]
    [InlineData("Exit", false)]
    [InlineData("SIGKILL", false)]
    public void Covers_names_and_their_last_parts(string wanted, bool covered) =>
        Assert.Equal(covered, new RetryPolicy { For = [wanted] }.Covers(["System.IO.FileNotFoundException", "System.IO.IOException", "System.Exception"]));

    [Fact]
    public void Covers_everything_where_nothing_is_named() => Assert.True(new RetryPolicy().Covers([]));

    [Fact]
    public void Gives_up_after_so_many() =>
        Assert.Equal([true, true, false], Enumerable.Range(1, 3).Select(count => new RetryPolicy { MaximumCount = 2 }.NextDelay(count) is not null));

    [Fact]
    public void Never_gives_up_where_that_is_asked() =>
        Assert.NotNull(new RetryPolicy { MaximumCount = RetryPolicy.Unlimited }.NextDelay(10_000));

    [Fact]
    public void Waits_longer_each_time_up_to_the_bound()
    {
        var policy = new RetryPolicy { MaximumCount = 9, Interval = TimeSpan.FromSeconds(1), Backoff = 3, MaximumInterval = TimeSpan.FromSeconds(10) };
        Assert.Equal([1, 3, 9, 10, 10], Enumerable.Range(1, 5).Select(count => policy.NextDelay(count)!.Value.TotalSeconds));
    }

    [Fact]
    public void Jitter_stays_within_its_share_and_the_bound() => Gen.Select(Gen.Double[0, 1], Gen.Int[1, 6]).Sample((jitter, count) =>
    {
        var policy = new RetryPolicy
        {
            MaximumCount = RetryPolicy.Unlimited, Interval = TimeSpan.FromSeconds(2), Backoff = 2, Jitter = jitter, MaximumInterval = TimeSpan.FromSeconds(20),
        };
        var plain = Math.Min(2 * Math.Pow(2, count - 1), 20);
        var delay = policy.NextDelay(count)!.Value.TotalSeconds;
        Assert.InRange(delay, (plain * (1 - jitter)) - 1e-6, Math.Min(plain * (1 + jitter), 20) + 1e-6);
    });

    [Fact]
    public void Very_long_backoffs_are_still_times() =>
        Assert.NotNull(new RetryPolicy { MaximumCount = RetryPolicy.Unlimited, Backoff = 1000 }.NextDelay(5000));

    [Fact]
    public void No_interval_stays_none() =>
        Assert.Equal(TimeSpan.Zero, new RetryPolicy { MaximumCount = RetryPolicy.Unlimited, Interval = TimeSpan.Zero, Backoff = 1000 }.NextDelay(5000));
}
