using ZProc.Core.Durable;

namespace ZProc.Core.Tests.Durable;

/// <summary>Paths of folders, which Windows and macOS compare without their case.</summary>
public sealed class FolderPathTests
{
    [Theory]
    [InlineData("/data/State", "/data/State", true, true)]
    [InlineData("/data/State", "/data/State", false, true)]
    [InlineData("/data/State", "/Data/state", true, true)]
    [InlineData("/data/State", "/Data/state", false, false)]
    [InlineData("/data/State", "/data/other", true, false)]
    [InlineData(null, "/data/State", true, false)]
    public void Case_counts_where_the_system_says_so(string? first, string? second, bool ignoresCase, bool areSame) =>
        Assert.Equal(areSame, FolderPath.AreSame(first, second, ignoresCase));

    [Fact]
    public void This_system_compares_as_its_files_do() =>
        Assert.Equal(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), FolderPath.AreSame("/data/State", "/data/state"));
}
