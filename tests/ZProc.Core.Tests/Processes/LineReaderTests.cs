using System.Text;
using Xunit;
using ZProc.Core.Processes;

namespace ZProc.Core.Tests.Processes;

/// <summary>How plain text becomes lines.</summary>
public sealed class LineReaderTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\nb\n", new[] { "a", "b" })]
    [InlineData("a\r\n\r\nb", new[] { "a", "", "b" })]
    public void Cuts_at_line_ends_and_takes_an_unfinished_last_line(string text, string[] lines) => Assert.Equal(lines, Read(text));

    [Fact]
    public void Cuts_a_line_that_is_too_long_and_loses_nothing()
    {
        var lines = Read(new string('x', 40_000) + "\nend");
        Assert.Equal([16 * 1024, 16 * 1024, 40_000 - (32 * 1024), 3], lines.Select(line => line.Length));
    }

    private static List<string> Read(string text)
    {
        var lines = new List<string>();
        new LineReader(new StreamReader(new MemoryStream(Encoding.UTF8.GetBytes(text))), lines.Add).Read();
        return lines;
    }
}
