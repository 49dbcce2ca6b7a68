using System.Diagnostics;
using ZProc.Core.Processes;

namespace ZProc.Core.Tests.Processes;

/// <summary>What <c>ps</c> of macOS writes, read on any system.</summary>
public sealed class MacProcessesTests
{
    private const int Ps = 702;

    private const string List = """
            1     0     1 Ss   Mon Nov 23 20:52:11 2026     /sbin/launchd
          501   500   501 S+   Sat Nov 28 08:05:09 2026     pwsh -NoProfile HOME=/Users/x ZPROC_LINEAGE=AB/CD TERM=xterm
          502   501   501 S    Sat Nov 28 08:05:10 2026     sleep 100
          503   501   501 Z    Sat Nov 28 08:05:10 2026     (sleep)
          702   501   501 R+   Sat Nov 28 08:05:11 2026     /bin/ps -A -E ZPROC_LINEAGE=AB/CD
        nonsense

        """;

    [Fact]
    public void Everything_that_runs_is_listed_but_ps_itself()
    {
        var list = MacProcesses.Parse(List, Ps);
        Assert.Equal([(1, 0, 1), (501, 500, 501), (502, 501, 501)], list.Select(process => (process.Identity.Id, process.ParentId, process.SessionId)));
        Assert.Equal(new DateTime(2026, 11, 28, 8, 5, 9, DateTimeKind.Utc).Ticks, list[1].Identity.StartTime);
    }

    [Fact]
    public void Ps_of_Linux_lists_this_process_with_its_start_and_not_itself()
    {
        Assert.SkipUnless(File.Exists("/bin/ps"), "There is no ps.");
        using var self = Process.GetCurrentProcess();
        var (text, id) = MacProcesses.Run("/bin/ps", "-A", "-ww", "-o", "pid=,ppid=,pgid=,stat=,lstart=,args=");
        var list = MacProcesses.Parse(text, id);
        var start = new DateTime(list.Single(process => process.Identity.Id == self.Id).Identity.StartTime, DateTimeKind.Utc);
        Assert.Equal(self.StartTime.ToUniversalTime(), start, TimeSpan.FromMinutes(2)); // ps counts from the start of the machine, in other units
        Assert.DoesNotContain(list, process => process.Identity.Id == id);
    }

    [Theory]
    [InlineData("echo $TZ $LC_ALL", "UTC C")] // the times are those of UTC, in whatever zone the machine is
    [InlineData("cat; echo ended", "ended")] // the terminal is not its input
    [InlineData("head -c 1000000 /dev/zero >&2; echo ended", "ended")] // it does not wait for a reader of its warnings
    public void Ps_runs_in_UTC_and_without_the_terminal(string script, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no ps.");
        Assert.Equal(expected, MacProcesses.Run("/bin/sh", "-c", script).Text.Trim());
    }

    [Fact]
    public void The_list_has_the_lineages()
    {
        var processes = new MacProcesses();
        var lineage = LineageOf("AB/CD");
        Assert.Equal([501], MacProcesses.Parse(List, Ps).Where(process => processes.CarriesLineage(process, lineage)).Select(process => process.Identity.Id));
    }

    [Theory]
    [InlineData(138, false, "SIGUSR1")]
    [InlineData(138, true, "SIGBUS")]
    [InlineData(140, true, "SIGSYS")]
    [InlineData(158, true, "SIGUSR1")]
    [InlineData(137, true, "SIGKILL")]
    [InlineData(137, false, "SIGKILL")]
    [InlineData(143, true, "SIGTERM")]
    [InlineData(3, true, null)]
    public void An_exit_code_stands_for_a_signal_of_its_system(int code, bool isMac, string? signal) => Assert.Equal(signal, ChildExit.SignalOf(code, isMac));

    private static Lineage LineageOf(string value) =>
        (Lineage)Activator.CreateInstance(typeof(Lineage), System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic, null, [value], null)!;
}
