using ZProc.Core.Durable;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Durable;

/// <summary>The use of a file that another program may disturb for a moment.</summary>
public sealed class FilePatienceTests
{
    private int _uses;

    [Fact]
    public void A_use_that_fails_at_first_is_tried_again()
    {
        Assert.Equal(3, FilePatience.Run(() => ++_uses < 3 ? throw new IOException("open") : _uses, static failed => failed is IOException, Soon));
    }

    [Fact]
    public void A_use_without_patience_fails_at_once()
    {
        Assert.Throws<IOException>(() => FilePatience.Run(Fail, static _ => true, TimeSpan.Zero));
        Assert.Equal(1, _uses);
    }

    [Fact]
    public void A_failure_that_does_not_pass_is_told_at_once()
    {
        Assert.Throws<IOException>(() => FilePatience.Run(Fail, static failed => failed is UnauthorizedAccessException, Soon));
        Assert.Equal(1, _uses);
    }

    private int Fail()
    {
        _uses++;
        throw new IOException("full");
    }
}
