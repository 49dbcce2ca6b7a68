using System.Globalization;
using System.Text;

namespace ZProc.Terminal.Tests;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("plain [red]text[/]", "plain [red]text[/]")]
    [InlineData("a\nb\r\tc", @"a\nb\r\tc")]
    [InlineData("\u001b]0;title\u0007", @"\e]0;title\u{7}")]
    [InlineData("\u009b2J", @"\u{9B}2J")]
    [InlineData("user\u202etxt.exe", @"user\u{202E}txt.exe")]
    [InlineData("a\u2028b\u2029c", @"a\u{2028}b\u{2029}c")]
    [InlineData("été 中文 😀", "été 中文 😀")]
    public void A_text_cannot_command_the_terminal(string text, string expected) => Assert.Equal(expected, PlainText.Escape(text));

    [Fact]
    public void Half_of_a_surrogate_pair_is_replaced() => Assert.Equal("a\ufffdb", PlainText.Escape("a\ud83db"));

    [Fact]
    public void No_character_at_all_reaches_the_terminal_as_a_command()
    {
        for (var code = 0; code <= 0xffff; code++)
        {
            var shown = PlainText.Escape($"a{(char)code}b");
            Assert.DoesNotContain(shown.EnumerateRunes(), rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
        }
    }

    [Fact]
    public void A_line_of_output_loses_its_colours_and_keeps_all_else()
    {
        Assert.Equal("ok    done", PlainText.Line("\u001b[32;1mok\u001b[0m\tdone"));
        Assert.Equal(@"\e[2Jgone", PlainText.Line("\u001b[2Jgone"));
    }

    [Theory]
    [InlineData("short", 8, "short   ")]
    [InlineData("exactly8", 8, "exactly8")]
    [InlineData("longer than that", 8, "longer …")]
    [InlineData("中文字符很长", 6, "中文… ")]
    [InlineData("中文", 4, "中文")]
    [InlineData("x", 0, "")]
    public void A_text_fits_its_cells_exactly(string text, int width, string expected)
    {
        var fitted = PlainText.Fit(text, width);
        Assert.Equal(expected, fitted);
        Assert.Equal(width, PlainText.WidthOf(fitted));
    }

    [Fact]
    public void A_number_stands_at_the_right() => Assert.Equal("   12", PlainText.Fit("12", 5, isRight: true));

    [Fact]
    public void A_long_text_is_folded() => Assert.Equal(["abcd", "efgh", "ij"], PlainText.Wrap("abcdefghij", 4));
}
