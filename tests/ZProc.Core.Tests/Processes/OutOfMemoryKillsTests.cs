using Xunit;
using ZProc.Core.Processes;

namespace ZProc.Core.Tests.Processes;

public sealed class OutOfMemoryKillsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zproc-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Kills_in_the_own_cgroup_count()
    {
        Write("group/inner/memory.events", "low 0\nhigh 0\nmax 9\noom 4\noom_kill 3\noom_group_kill 0\n");
        Assert.Equal(3, OutOfMemoryKills.Count(Write("cgroup", "0::/group/inner\n"), _folder.FullName, Write("vmstat", "oom_kill 7\n")));
    }

    [Fact]
    public void Where_cgroups_do_not_count_the_machine_does()
    {
        Assert.Equal(7, OutOfMemoryKills.Count(Write("cgroup", "4:memory:/group\n0::/\n"), _folder.FullName, Write("vmstat", "pgfault 1\noom_kill 7\n")));
    }

    [Fact]
    public void Without_a_counter_there_are_no_kills() =>
        Assert.Equal(0, OutOfMemoryKills.Count(Path.Join(_folder.FullName, "none"), _folder.FullName, Path.Join(_folder.FullName, "none")));

    private string Write(string name, string text)
    {
        var path = Path.Join(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
