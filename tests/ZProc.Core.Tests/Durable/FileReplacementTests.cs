using ZProc.Core.Durable;

namespace ZProc.Core.Tests.Durable;

/// <summary>A file that takes the place of another one.</summary>
public sealed class FileReplacementTests
{
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
