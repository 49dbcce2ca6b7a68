using System.Diagnostics;
using System.Globalization;
using Xunit;
using ZProc.Core.Processes;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Processes;

public sealed class ProcessTreeTests
{
    public ProcessTreeTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Proven on Linux only.");

    private static ProcessIdentity IdentityOf(int id) => ProcessIdentity.Of(id) ?? throw new InvalidOperationException($"{id} is not alive.");

    private static string CommandOf(ProcessIdentity process) =>
        File.ReadAllText($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/cmdline").Replace('\0', ' ').Trim();

    [Fact]
    public async Task A_killed_child_takes_everything_with_it_and_no_bystander()
    {
        using var bystander = Process.Start("sleep", "1001");
        var recorder = new ChildRecorder();
        var start = TestChild.Start("family");
        ProcessIdentity[] family;
        using (var child = ChildProcess.Start(start, recorder))
        {
            recorder.Next();
            using var tree = ProcessTree.Of(start.Lineage);

            // A program started in the background may be forked already and not yet have replaced the shell.
            string[] expected = ["sleep 1001", "sleep 1002", "sleep 1003"];
            family = [];
            Assert.True(SpinWait.SpinUntil(() => !expected.Except((family = [.. tree.Find()]).Select(CommandOf)).Any(), Soon));
            child.Kill();
            await child.Exited.WaitAsync(Soon);
        }

        Assert.DoesNotContain(family, process => process.IsAlive);
        Assert.False(bystander.HasExited);
        bystander.Kill();
        bystander.WaitForExit();
    }

    [Fact]
    public async Task A_process_runs_until_its_last_thread_has_ended()
    {
        using var child = ChildProcess.Start(TestChild.Start("without-first-thread"), new ChildRecorder());
        var identity = IdentityOf(child.Id);
        var stat = string.Create(CultureInfo.InvariantCulture, $"/proc/{child.Id}/stat");
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal), Soon));
        Assert.True(identity.IsAlive);
        child.CloseInput();
        await child.Exited.WaitAsync(Soon);
        Assert.False(identity.IsAlive);
    }

    [Fact]
    public void The_session_leads_to_one_that_lost_parent_and_lineage()
    {
        var recorder = new ChildRecorder();
        using var child = ChildProcess.Start(TestChild.Start("family"), recorder);
        recorder.Next();
        using var process = Process.GetProcessById(child.Id);
        using var tree = ProcessTree.Of(process, Lineage.Create()); // a lineage that nobody carries
        Assert.True(SpinWait.SpinUntil(() => tree.Find().Select(CommandOf).Contains("sleep 1004"), Soon));
        Assert.DoesNotContain(tree.Find(), p => p.Id == child.Id);
    }

    [Fact]
    public void Processes_forked_during_the_search_are_found_too()
    {
        var lineage = Lineage.Create();
        var info = new ProcessStartInfo("/bin/sh", ["-c", "i=0; while [ $i -lt 1000 ]; do sleep 1006 & i=$((i+1)); done; wait"])
        {
            Environment = { [Lineage.Variable] = lineage.Value },
        };
        using var shell = Process.Start(info)!;
        using var tree = ProcessTree.Of(lineage);
        Assert.True(SpinWait.SpinUntil(() => tree.Find().Count > 10, Soon));
        Assert.True(tree.Kill(Soon));
        Assert.Empty(tree.Find());
        shell.WaitForExit();
    }

    [Fact]
    public void Neither_the_caller_nor_a_zombie_is_found()
    {
        var lineage = Lineage.Create();
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "sleep 0 & exec sleep 1005"]) { Environment = { [Lineage.Variable] = lineage.Value } })!;
        using var all = ProcessTree.Of(lineage);
        using var own = ProcessTree.OfSelf(lineage);
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{shell.Id}/comm") == "sleep\n", Soon)); // the shell starts nothing more
        Assert.True(SpinWait.SpinUntil(() => all.Find().Count == 1, Soon)); // and never asks for the end of the first sleep, which is a zombie
        Assert.Equal(shell.Id, Assert.Single(all.Find()).Id);
        Assert.DoesNotContain(own.Find(), p => p.Id == Environment.ProcessId);
        Assert.True(all.Kill(Soon));
        shell.WaitForExit();
    }

    [Fact]
    public void An_id_that_passed_to_another_process_is_not_alive()
    {
        var self = IdentityOf(Environment.ProcessId);
        Assert.True(self.IsAlive);
        Assert.False((self with { StartTime = self.StartTime - 1 }).IsAlive);
    }
}
