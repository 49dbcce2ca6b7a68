using System.Text;
using Xunit;
using ZProc.Core.Processes;

namespace ZProc.Core.Tests.Processes;

public sealed class TextTailTests
{
    private static readonly string LongStack = string.Concat(Enumerable.Range(0, 1000).Select(i => $"   at Frame{i}()\n"));

    [Fact]
    public void The_end_is_remembered()
    {
        var lines = Read("first\n" + LongStack + "last\n");
        Assert.EndsWith("last", lines.Tail);
        Assert.DoesNotContain("first", lines.Tail);
        Assert.Empty(lines.Crash);
    }

    [Fact]
    public void Of_a_crash_the_beginning_is_remembered_however_long_its_stack_is()
    {
        var lines = Read("before\nProcess terminated. The disk is on fire\n" + LongStack);
        Assert.StartsWith("Process terminated. The disk is on fire\n   at Frame0()", lines.Crash);
        Assert.True(lines.Crash.Length <= 4096);
    }

    [Fact]
    public void The_last_crash_counts()
    {
        var lines = Read("Unhandled exception: of a program\nStack overflow.\nRepeated 9 times:\n");
        Assert.Equal("Stack overflow.\nRepeated 9 times:", lines.Crash);
    }

    private static TextTail Read(string text)
    {
        var tail = new TextTail();
        new LineReader(new StreamReader(new MemoryStream(Encoding.UTF8.GetBytes(text))), tail.Add).Read();
        return tail;
    }
}
