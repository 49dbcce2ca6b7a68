using Xunit;
using ZProc.Core.Processes;
using ZProc.Core.Processes.Supervision;
using static ZProc.Core.Processes.Supervision.SupervisionEffect;
using static ZProc.Core.Processes.Supervision.SupervisionEvent;
using static ZProc.Core.Tests.Processes.Supervision.SupervisedProcess;

namespace ZProc.Core.Tests.Processes.Supervision;

/// <summary>A process that goes on from the status that an earlier server left.</summary>
public sealed class ResumedProcessTests
{
    private static readonly SupervisionPolicy Plain = new() { Grace = TimeSpan.FromSeconds(3) };
    private static readonly SupervisionPolicy Retried = Plain with { Retry = new RetryPolicy { MaximumCount = 2, Interval = TimeSpan.FromSeconds(5) } };

    [Fact]
    public void The_attempt_that_ran_was_lost_and_is_retried_as_any_failure()
    {
        var process = new SupervisedProcess(Retried).Run().Left();
        process.Now = 60;
        process.Send(new ResumeRequested(Lost));
        Assert.Contains(process.Effects, effect => effect is AnnounceRetry { Attempt: 1, Delay.TotalSeconds: 5 });
        var lost = Assert.Single(process.State.Status.History);
        Assert.Equal(("lost", 60.0), (lost.Error, (lost.Ended - lost.Started).TotalSeconds));
        process.Send(new RetryAnnounced(1));
        Assert.Equal([new StartWorker(2)], process.Send(new RetryDue(1)));
        Assert.Equal(ProcessState.Running, process.State.Status.State);
    }

    [Theory]
    [InlineData("Lost", SupervisionPhase.AnnouncingRetry)]
    [InlineData("Exit", SupervisionPhase.AnnouncingRetry)]
    [InlineData("IOException", SupervisionPhase.Ended)]
    public void A_policy_names_the_loss_or_not(string name, SupervisionPhase expected)
    {
        var process = new SupervisedProcess(Retried with { Retry = Retried.Retry with { For = [name] } }).Run().Left();
        process.Send(new ResumeRequested(Lost));
        Assert.Equal(expected, process.Phase);
        Assert.Equal(expected == SupervisionPhase.Ended ? ProcessState.Lost : ProcessState.Running, process.State.Status.State);
    }

    [Fact]
    public void The_number_of_retries_counts_the_attempts_under_all_servers()
    {
        var process = new SupervisedProcess(Retried).Run().FailAndRetry().FailAndRetry().Left();
        process.Send(new ResumeRequested(Lost));
        Assert.Equal((SupervisionPhase.Ended, ProcessState.Lost, 3), (process.Phase, process.State.Status.State, process.State.Status.Attempts));
    }

    [Fact]
    public void The_rest_of_an_interval_passes()
    {
        var process = new SupervisedProcess(Retried).Run();
        process.Send(new AttemptEnded(1, OsProcess, Failed("no luck")));
        process.Send(new RetryAnnounced(1));
        process = process.Left();
        process.Now = 2;
        Assert.Equal([new SetTimer(SupervisionTimer.Retry, TimeSpan.FromSeconds(3), 1), new ShowStatus()], process.Send(new ResumeRequested(Lost)));
        Assert.Single(process.State.Status.History);
    }

    [Fact]
    public void A_process_that_was_stopped_with_its_server_goes_on_at_once()
    {
        var process = new SupervisedProcess(Retried).Run();
        process.Send(new StopRequested(TimeSpan.FromSeconds(3)));
        process.Send(new AttemptEnded(1, OsProcess, AttemptEnd.Stopped));
        process = process.Left();
        Assert.Equal([new SetTimer(SupervisionTimer.Retry, TimeSpan.Zero, 1), new ShowStatus()], process.Send(new ResumeRequested(Lost)));
        Assert.Equal((ProcessState.Running, null, null), (process.State.Status.State, process.State.Status.Ended, process.State.Status.ExitCode));
    }

    [Fact]
    public void A_process_without_an_attempt_begins()
    {
        var process = new SupervisedProcess(Retried).Left();
        Assert.Equal([new StartWorker(1)], process.Send(new ResumeRequested(Lost)));
    }

    [Fact]
    public void A_process_that_was_stopped_before_its_first_attempt_begins()
    {
        var process = new SupervisedProcess(Retried);
        process.Send(new StopRequested(TimeSpan.Zero));
        process = process.Left();
        Assert.Equal((ProcessState.NotStarted, null), (process.State.Status.State, process.State.Status.Ended));
        Assert.Equal([new StartWorker(1)], process.Send(new ResumeRequested(Lost)));
        Assert.Equal((ProcessState.Running, null), (process.State.Status.State, process.State.Status.Ended));
    }

    [Theory]
    [InlineData(4, 6)]
    [InlineData(20, 0)]
    public void The_deadline_counts_from_the_first_attempt(int away, int left)
    {
        var process = new SupervisedProcess(Retried with { Deadline = TimeSpan.FromSeconds(10) }).Run().Left();
        process.Now = away;
        Assert.Contains(new SetTimer(SupervisionTimer.Deadline, TimeSpan.FromSeconds(left), 1), process.Send(new ResumeRequested(Lost)));
    }

    [Fact]
    public void A_wall_clock_that_was_set_back_gives_no_negative_time()
    {
        var process = new SupervisedProcess(Retried).Run().Left();
        process.WallClockJump = TimeSpan.FromHours(-1);
        process.Send(new ResumeRequested(Lost));
        var lost = Assert.Single(process.State.Status.History);
        Assert.Equal(lost.Started, lost.Ended);
    }

    [Fact]
    public void A_stop_before_it_goes_on_ends_it()
    {
        var process = new SupervisedProcess(Retried).Run().Left();
        process.Send(new StopRequested(TimeSpan.Zero));
        Assert.Equal(SupervisionPhase.Ended, process.Phase);
        Assert.Empty(process.Send(new ResumeRequested(Lost)));
    }
}
