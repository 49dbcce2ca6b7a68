using System.Text;
using Xunit;
using ZProc.Core.Processes;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Processes;

public sealed class ChildProcessTests
{
    private readonly ChildRecorder _recorder = new();

    [Fact]
    public async Task Frames_go_both_ways_and_the_end_of_input_ends_the_child()
    {
        using var child = ChildProcess.Start(TestChild.Start("echo"), _recorder);
        var large = new byte[1_000_000];
        Random.Shared.NextBytes(large);
        child.Send(1, Encoding.UTF8.GetBytes("hello"));
        child.Send(2, large);
        Assert.Equal("hello", Encoding.UTF8.GetString(_recorder.Next().Payload.Span));
        Assert.Equal(large, _recorder.Next().Payload.ToArray());

        child.CloseInput();
        var exit = await child.Exited.WaitAsync(Soon);
        Assert.Equal(0, exit.Code);
        Assert.Null(exit.Signal);
        Assert.Equal(1, _recorder.Exits);
    }

    [Fact]
    public async Task Everything_written_before_a_sudden_death_is_heard_first()
    {
        using var child = ChildProcess.Start(TestChild.Start("flood-and-die"), _recorder);
        var exit = await child.Exited.WaitAsync(Soon);
        Assert.Equal("SIGKILL", exit.Signal);
        Assert.Equal(Enumerable.Range(0, 5000), _recorder.Frames.Select(f => BitConverter.ToInt32(f.Payload.Span)));
    }

    [Fact]
    public async Task Stray_text_is_text_and_programs_of_the_child_read_no_frames()
    {
        using var child = ChildProcess.Start(TestChild.Start("stray"), _recorder);
        child.Send(9, Encoding.UTF8.GetBytes("not for cat"));
        Assert.Equal("done", Encoding.UTF8.GetString(_recorder.Next().Payload.Span));
        var exit = await child.Exited.WaitAsync(Soon);
        Assert.Equal(["console", "error", "native"], _recorder.Text);
        Assert.Equal("console\nerror\nnative", exit.LastText);
    }

    [Fact]
    public async Task The_exit_code_is_told()
    {
        using var child = ChildProcess.Start(TestChild.Start("exit-3"), _recorder);
        Assert.Equal(3, (await child.Exited.WaitAsync(Soon)).Code);
    }

    [Fact]
    public async Task Sending_to_a_child_that_does_not_read_does_not_block()
    {
        using var child = ChildProcess.Start(TestChild.Start("deaf"), _recorder);
        _recorder.Next();
        for (var i = 0; i < 10; i++)
        {
            child.Send(1, new byte[1_000_000]);
        }

        child.Kill();
        Assert.Equal("SIGKILL", (await child.Exited.WaitAsync(Soon)).Signal);
    }

    [Fact]
    public async Task Garbage_instead_of_frames_ends_the_child_with_the_reason()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a shell.");
        var start = new ChildProcessStart("/bin/sh", ["-c", "head -c 64 /dev/zero; exec sleep 1006"], Lineage.Create());
        using var child = ChildProcess.Start(start, _recorder);
        var exit = await child.Exited.WaitAsync(Soon);
        Assert.IsType<InvalidDataException>(exit.Reason);
    }

    [Fact]
    public async Task An_exception_of_an_observer_at_the_end_is_contained()
    {
        using var child = ChildProcess.Start(TestChild.Start("exit-3"), new FailingObserver());
        Assert.Equal(3, (await child.Exited.WaitAsync(Soon)).Code);
    }

    [Fact]
    public async Task Nothing_of_a_child_that_has_ended_stays_open()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /proc.");
        var start = new ChildProcessStart("/bin/sh", ["-c", "readlink /proc/$$/fd/1 /proc/$$/fd/2 >&2"], Lineage.Create());
        using var child = ChildProcess.Start(start, _recorder);
        await child.Exited.WaitAsync(Soon);
        Assert.Equal(2, _recorder.Text.Count);
        Assert.Empty(Directory.GetFiles("/proc/self/fd").Select(file => new FileInfo(file).LinkTarget).Intersect(_recorder.Text));
    }

    [Fact]
    public void A_program_that_does_not_exist_is_a_fault()
    {
        var start = new ChildProcessStart("/no/such/program", [], Lineage.Create());
        var fault = Assert.Throws<FaultException>(() => ChildProcess.Start(start, _recorder));
        Assert.Equal(Fault.ProcessFailed, fault.Fault);
        Assert.Contains("/no/such/program", fault.Message, StringComparison.Ordinal);
    }

    private sealed class FailingObserver : IChildObserver
    {
        public void OnFrame(ChildProcess child, Frame frame)
        {
        }

        public void OnText(ChildProcess child, string line)
        {
        }

        public void OnExit(ChildProcess child, ChildExit exit) => throw new InvalidOperationException("Not now.");
    }
}
