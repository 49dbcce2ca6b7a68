using ZProc.Core.Durable;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Durable;

/// <summary>A move that another program may disturb for a moment.</summary>
public sealed class FileReplacementTests
{
    [Fact]
    public void A_move_that_fails_at_first_is_tried_again()
    {
        var moves = 0;
        FileReplacement.Run(
            () =>
            {
                moves++;
                if (moves < 3)
                {
                    throw moves == 1 ? new IOException("open") : new UnauthorizedAccessException("open");
                }
            },
            Soon);
        Assert.Equal(3, moves);
    }

    [Fact]
    public void A_move_without_patience_fails_at_once()
    {
        var moves = 0;
        Assert.Throws<IOException>(() => FileReplacement.Run(
            () =>
            {
                moves++;
                throw new IOException("full");
            },
            TimeSpan.Zero));
        Assert.Equal(1, moves);
    }

    [Fact]
    public void The_new_file_takes_the_place_of_the_old_one()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.new"], "new");
        File.WriteAllText(folder["a"], "old");
        FileReplacement.Move(folder["a.new"], folder["a"]);
        Assert.Equal("new", File.ReadAllText(folder["a"]));
        Assert.False(File.Exists(folder["a.new"]));
    }
}
