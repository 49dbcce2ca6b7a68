using System.Text;
using Xunit;
using ZProc.Core.Processes;

namespace ZProc.Core.Tests.Processes;

public sealed class LineageTests
{
    private static byte[] EnvironmentOf(Lineage lineage) => Encoding.ASCII.GetBytes($"A=1\0{Lineage.Variable}={lineage}\0B=2\0");

    [Fact]
    public void Covers_itself_and_everything_below()
    {
        var lineage = Lineage.Create();
        Assert.True(lineage.Covers(EnvironmentOf(lineage)));
        Assert.True(lineage.Covers(EnvironmentOf(lineage.Extend().Extend())));
    }

    [Fact]
    public void Covers_neither_its_parent_nor_its_siblings_nor_unrelated_processes()
    {
        var parent = Lineage.Create();
        var lineage = parent.Extend();
        Assert.False(lineage.Covers(EnvironmentOf(parent)));
        Assert.False(lineage.Covers(EnvironmentOf(parent.Extend())));
        Assert.False(lineage.Covers(Encoding.ASCII.GetBytes($"X{Lineage.Variable}={lineage}\0A=1")));
        Assert.False(lineage.Covers(Encoding.ASCII.GetBytes($"{Lineage.Variable}={lineage}0\0")));
        Assert.False(lineage.Covers([]));
    }
}
