namespace ZProc.Terminal.Tests;

public sealed class FrameWriterTests
{
    private readonly StringWriter _terminal = new();

    [Fact]
    public void Only_lines_that_differ_are_written()
    {
        var frames = new FrameWriter(_terminal);
        frames.Write([Make("first"), Make("second")]);
        var begin = _terminal.ToString().Length;
        frames.Write([Make("first"), Make("third")]);
        var written = _terminal.ToString()[begin..];
        Assert.Contains("third", written, StringComparison.Ordinal);
        Assert.DoesNotContain("first", written, StringComparison.Ordinal);
    }

    [Fact]
    public void A_screen_without_a_difference_writes_nothing()
    {
        var frames = new FrameWriter(_terminal);
        frames.Write([Make("same")]);
        var begin = _terminal.ToString().Length;
        frames.Write([Make("same")]);
        Assert.Equal(begin, _terminal.ToString().Length);
    }

    [Fact]
    public void The_end_shows_the_cursor_and_the_screen_that_was_there_before()
    {
        var frames = new FrameWriter(_terminal);
        frames.Open();
        Assert.Contains("\u001b[?1049h", _terminal.ToString(), StringComparison.Ordinal);
        Assert.Contains("\u001b[?25l", _terminal.ToString(), StringComparison.Ordinal);
        frames.Close();
        Assert.EndsWith("\u001b[?25h\u001b[?1049l", _terminal.ToString(), StringComparison.Ordinal);
    }

    private static Line Make(string text) => new Line(20).Add(text).Fill();
}
