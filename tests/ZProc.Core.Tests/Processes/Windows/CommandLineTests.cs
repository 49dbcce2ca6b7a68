using Xunit;
using ZProc.Core.Processes.Windows;

namespace ZProc.Core.Tests.Processes.Windows;

public sealed class CommandLineTests
{
    // The rules by which programs of C and .NET read a command line: backslashes mean themselves, save before a quotation mark.
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "\"\"")]
    [InlineData("two words", "\"two words\"")]
    [InlineData(@"C:\a\b", @"C:\a\b")]
    [InlineData(@"C:\a b\", @"""C:\a b\\""")]
    [InlineData("say \"hi\"", "\"say \\\"hi\\\"\"")]
    [InlineData(@"a\""b", @"""a\\\""b""")]
    [InlineData("a\tb", "\"a\tb\"")]
    public void An_argument_is_quoted_where_that_is_needed(string argument, string written) =>
        Assert.Equal($@"""C:\Program Files\pwsh.exe"" -x {written}", CommandLine.Write(@"C:\Program Files\pwsh.exe", ["-x", argument]));

    [Fact]
    public void An_environment_is_sorted_and_ended() => Assert.Equal(
        "A=1\0b=\0C=x=y\0\0",
        EnvironmentBlock.Write([new("C", "x=y"), new("b", string.Empty), new("A", "1"), new("removed", null)]));

    [Theory]
    [InlineData(-1073740286, "crashed by a fail-fast exception of .NET (0xC0000602)", true)]
    [InlineData(-1073741571, "crashed by a stack overflow (0xC00000FD)", true)]
    [InlineData(-1073741510, "was ended by Ctrl+C or the end of its console (0xC000013A)", false)]
    [InlineData(3, null, false)]
    public void An_exit_code_tells_of_a_crash(int code, string? told, bool isCrash)
    {
        Assert.Equal(told, WindowsStatus.Describe(code));
        Assert.Equal(isCrash, WindowsStatus.IsCrash(code));
    }
}
