using Xunit;
using ZProc.Core.Processes;
using ZProc.Core.Processes.Supervision;
using static ZProc.Core.Processes.Supervision.SupervisionEffect;
using static ZProc.Core.Processes.Supervision.SupervisionEvent;
using static ZProc.Core.Tests.Processes.Supervision.SupervisedProcess;

namespace ZProc.Core.Tests.Processes.Supervision;

public sealed class SupervisionTransitionTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    private static readonly SupervisionPolicy Plain = new() { Grace = Grace };
    private static readonly SupervisionPolicy Retried = new()
    {
        Grace = Grace, Retry = new RetryPolicy { MaximumCount = 2, Interval = TimeSpan.FromSeconds(5) },
    };

    private static readonly SupervisionEffect NoDeadline = new CancelTimer(SupervisionTimer.Deadline);
    private static readonly SupervisionEffect NoTimeout = new CancelTimer(SupervisionTimer.AttemptTimeout);
    private static readonly SupervisionEffect NoGrace = new CancelTimer(SupervisionTimer.Grace);
    private static readonly SupervisionEffect NoRetry = new CancelTimer(SupervisionTimer.Retry);
    private static readonly SupervisionEffect Show = new ShowStatus();

    [Fact]
    public void An_attempt_that_completes_ends_the_process()
    {
        var process = new SupervisedProcess(Plain);
        Assert.Equal([new StartWorker(1)], process.Send(new StartRequested()));
        Assert.Equal(ProcessState.Running, process.State.Status.State);
        Assert.Equal([Show], process.Send(new WorkerStarted(1, OsProcess)));
        Assert.Equal(SupervisionPhase.Running, process.Phase);
        process.Now = 2;
        Assert.Equal([NoTimeout, NoGrace, NoDeadline, new EndProcess(Completed)], process.Send(new AttemptEnded(1, OsProcess, Completed)));
        var status = process.State.Status;
        Assert.Equal((ProcessState.Completed, 0, OsProcess, 2.0), (status.State, status.ExitCode, status.ProcessId, (status.Ended - status.Started)!.Value.TotalSeconds));
    }

    [Fact]
    public void A_second_start_does_nothing()
    {
        var process = new SupervisedProcess(Plain).Run();
        Assert.Empty(process.Send(new StartRequested()));
        process.Send(new AttemptEnded(1, OsProcess, Completed));
        Assert.Empty(process.Send(new StartRequested()));
    }

    [Fact]
    public void A_stop_before_the_start_ends_the_process()
    {
        var process = new SupervisedProcess(Retried);
        Assert.Equal([NoRetry, NoDeadline, new EndProcess(AttemptEnd.Stopped)], process.Send(new StopRequested(Grace)));
        Assert.Equal((ProcessState.Stopped, 0), (process.State.Status.State, process.State.Status.Attempts));
        Assert.Empty(process.Send(new StartRequested()));
        Assert.Empty(process.Send(new StopRequested(Grace)));
    }

    [Fact]
    public void A_stop_while_the_worker_starts_waits_for_the_worker()
    {
        var process = new SupervisedProcess(Plain with { AttemptTimeout = Grace });
        process.Send(new StartRequested());
        Assert.Empty(process.Send(new StopRequested(TimeSpan.FromSeconds(7))));
        Assert.Equal(
            [new SetTimer(SupervisionTimer.Grace, TimeSpan.FromSeconds(7), 1), new StopWorker(1, TimeSpan.FromSeconds(7)), Show],
            process.Send(new WorkerStarted(1, OsProcess)));
        Assert.Equal(SupervisionPhase.Stopping, process.Phase);
    }

    [Fact]
    public void A_request_to_kill_while_the_worker_starts_is_not_softened_by_a_later_stop()
    {
        var process = new SupervisedProcess(Plain);
        process.Send(new StartRequested());
        process.Send(new StopRequested(TimeSpan.Zero));
        process.Send(new StopRequested(Grace));
        Assert.Equal([new KillWorker(1), Show], process.Send(new WorkerStarted(1, OsProcess)));
    }

    [Fact]
    public void An_end_of_watching_while_the_worker_starts_waits_for_the_worker()
    {
        var process = new SupervisedProcess(Retried);
        process.Send(new StartRequested());
        Assert.Empty(process.Send(new WatchEndRequested()));
        Assert.Equal([new EndWatching(1), Show], process.Send(new WorkerStarted(1, OsProcess)));
        process.Send(new AttemptEnded(1, OsProcess, Failed("no luck")));
        Assert.Equal(SupervisionPhase.Ended, process.Phase); // although failures are retried
    }

    [Fact]
    public void A_process_that_cannot_be_started_at_all_is_not_retried()
    {
        var process = new SupervisedProcess(Retried);
        process.Send(new StartRequested());
        var end = Failed("no such program");
        Assert.Equal([NoDeadline, new EndProcess(end)], process.Send(new WorkerNotStarted(1, end)));
        Assert.Equal((ProcessState.Failed, "no such program"), (process.State.Status.State, process.State.Status.Error));
        Assert.Empty(process.State.Status.History);
    }

    [Fact]
    public void A_later_attempt_that_cannot_be_started_is_one_that_failed()
    {
        var process = new SupervisedProcess(Retried).Run();
        process.Send(new AttemptEnded(1, OsProcess, Failed("no luck")));
        process.Send(new RetryAnnounced(1));
        process.Send(new RetryDue(1));
        process.Send(new WorkerNotStarted(2, Failed("out of memory")));
        Assert.Equal(SupervisionPhase.AnnouncingRetry, process.Phase);
        Assert.Equal([("no luck", (int?)OsProcess), ("out of memory", null)], process.State.Status.History.Select(attempt => (attempt.Error!, attempt.ProcessId)));
    }

    [Fact]
    public void An_attempt_may_end_before_its_start_is_reported()
    {
        var process = new SupervisedProcess(Retried);
        process.Send(new StartRequested());
        process.Send(new AttemptEnded(1, OsProcess, Failed("no luck")));
        Assert.Equal(SupervisionPhase.AnnouncingRetry, process.Phase);
        Assert.Equal([Show], process.Send(new WorkerStarted(1, OsProcess)));
        process.Send(new RetryAnnounced(1));
        process.Send(new RetryDue(1));
        Assert.Equal([Show], process.Send(new WorkerStarted(1, OsProcess)));
        Assert.Equal(SupervisionPhase.Starting, process.Phase); // of the second attempt
    }

    [Fact]
    public void A_failure_is_announced_before_the_interval_begins()
    {
        var process = new SupervisedProcess(Retried).Run();
        process.Now = 10;
        var end = Failed("no luck");
        Assert.Equal([NoTimeout, NoGrace, new AnnounceRetry(1, end, TimeSpan.FromSeconds(5))], process.Send(new AttemptEnded(1, OsProcess, end)));
        Assert.Equal(5, (process.State.Status.NextAttempt - process.State.Status.History[0].Ended)!.Value.TotalSeconds);
        Assert.Equal([new SetTimer(SupervisionTimer.Retry, TimeSpan.FromSeconds(5), 1)], process.Send(new RetryAnnounced(1)));
        Assert.Equal([new StartWorker(2)], process.Send(new RetryDue(1)));
        Assert.Null(process.State.Status.NextAttempt);
        Assert.Null(process.State.Status.ProcessId);
        Assert.Equal("no luck", process.State.Status.Error);
    }

    [Fact]
    public void Retries_end_with_their_number()
    {
        var process = new SupervisedProcess(Retried).Run().FailAndRetry().FailAndRetry();
        process.Send(new AttemptEnded(3, OsProcess, Failed("no luck")));
        Assert.Equal((SupervisionPhase.Ended, ProcessState.Failed, 3), (process.Phase, process.State.Status.State, process.State.Status.History.Count));
    }

    [Fact]
    public void Only_failures_that_the_policy_names_are_retried()
    {
        var process = new SupervisedProcess(Retried with { Retry = Retried.Retry with { For = ["IOException"] } }).Run().FailAndRetry("System.IO.IOException");
        process.Send(new AttemptEnded(2, OsProcess, Failed("no luck", "System.Exception")));
        Assert.Equal(SupervisionPhase.Ended, process.Phase);
    }

    [Theory]
    [InlineData(5, SupervisionPhase.AnnouncingRetry)]
    [InlineData(3, SupervisionPhase.Ended)]
    public void Only_failures_within_the_window_count(double secondsApart, SupervisionPhase expected)
    {
        var process = new SupervisedProcess(Retried with { Retry = Retried.Retry with { Window = TimeSpan.FromSeconds(10) } }).Run();
        process.Now = secondsApart;
        process.FailAndRetry().Now += secondsApart;
        process.FailAndRetry().Now += secondsApart;
        process.Send(new AttemptEnded(3, OsProcess, Failed("no luck")));
        Assert.Equal(expected, process.Phase);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void The_window_goes_by_the_time_that_passed_when_the_wall_clock_jumps(int days)
    {
        var process = new SupervisedProcess(Retried with { Retry = Retried.Retry with { Window = TimeSpan.FromSeconds(10) } }).Run();
        process.FailAndRetry().Now += 3;
        process.WallClockJump = TimeSpan.FromDays(days);
        process.FailAndRetry().Now += 3;
        process.Send(new AttemptEnded(3, OsProcess, Failed("no luck")));
        Assert.Equal(SupervisionPhase.Ended, process.Phase); // the jump took no failure out of the window
        Assert.Equal(new DateTime(2020, 1, 1, 0, 0, 6, DateTimeKind.Utc).AddDays(days), process.State.Status.Ended);
        Assert.All(process.State.Status.History, attempt => Assert.InRange((attempt.Ended - attempt.Started).TotalSeconds, 0, 3));
    }

    [Fact]
    public void A_window_forgets_failures_that_have_left_it()
    {
        var process = new SupervisedProcess(Retried with { Retry = new RetryPolicy { MaximumCount = RetryPolicy.Unlimited, Window = TimeSpan.FromSeconds(10) } }).Run();
        for (var i = 0; i < 1000; i++)
        {
            process.FailAndRetry().Now++;
        }

        Assert.Equal(10, process.State.FailuresInWindow.Count);
        Assert.Equal(ProcessRecord.KeptAttempts, process.State.Status.History.Count);
    }

    [Fact]
    public void A_stop_during_the_interval_ends_the_process_as_stopped()
    {
        var process = new SupervisedProcess(Retried).Run();
        process.Send(new AttemptEnded(1, OsProcess, Failed("no luck")));
        process.Send(new RetryAnnounced(1));
        Assert.Equal([NoRetry, NoDeadline, new EndProcess(AttemptEnd.Stopped)], process.Send(new StopRequested(Grace)));
        Assert.Equal((ProcessState.Stopped, "no luck"), (process.State.Status.State, process.State.Status.Error));
        Assert.Null(process.State.Status.NextAttempt);
        Assert.Empty(process.Send(new RetryDue(1))); // it was on its way
    }

    [Fact]
    public void A_stop_while_a_retry_is_announced_ends_the_process_after_that()
    {
        var process = new SupervisedProcess(Retried).Run();
        process.Send(new AttemptEnded(1, OsProcess, Failed("no luck")));
        Assert.Empty(process.Send(new StopRequested(Grace)));
        Assert.Equal([NoRetry, NoDeadline, new EndProcess(AttemptEnd.Stopped)], process.Send(new RetryAnnounced(1)));
    }

    [Fact]
    public void A_worker_that_does_not_stop_is_killed_after_the_grace()
    {
        var process = new SupervisedProcess(Plain).Run();
        Assert.Equal([new SetTimer(SupervisionTimer.Grace, Grace, 1), new StopWorker(1, Grace)], process.Send(new StopRequested(Grace)));
        Assert.Equal(SupervisionPhase.Stopping, process.Phase);
        Assert.Equal([new KillWorker(1)], process.Send(new GraceElapsed(1)));
        var end = new AttemptEnd { State = ProcessState.Stopped, ExitCode = 137 };
        Assert.Equal([NoTimeout, NoGrace, NoDeadline, new EndProcess(end)], process.Send(new AttemptEnded(1, OsProcess, end)));
        Assert.Empty(process.Send(new GraceElapsed(1)));
    }

    [Fact]
    public void The_grace_of_an_earlier_attempt_kills_no_later_one()
    {
        var process = new SupervisedProcess(Retried).Run().FailAndRetry();
        Assert.Empty(process.Send(new GraceElapsed(1)));
    }

    [Fact]
    public void A_stop_without_grace_kills_at_once()
    {
        var process = new SupervisedProcess(Plain).Run();
        Assert.Equal([new KillWorker(1)], process.Send(new StopRequested(TimeSpan.Zero)));
    }

    [Fact]
    public void A_worker_that_cannot_be_killed_at_once_has_the_least_grace()
    {
        var process = new SupervisedProcess(Plain with { MinimumGrace = TimeSpan.FromSeconds(1) }).Run();
        Assert.Equal([new SetTimer(SupervisionTimer.Grace, TimeSpan.FromSeconds(1), 1), new StopWorker(1, TimeSpan.FromSeconds(1))], process.Send(new StopRequested(TimeSpan.Zero)));
    }

    [Fact]
    public void A_late_end_of_an_attempt_that_was_given_up_changes_nothing()
    {
        var process = new SupervisedProcess(Retried).Run().FailAndRetry();
        var before = process.State;
        Assert.Empty(process.Send(new AttemptEnded(1, OsProcess, Completed)));
        Assert.Empty(process.Send(new WorkerMoved(1, 1)));
        Assert.Empty(process.Send(new WorkerNotStarted(1, Failed("late"))));
        Assert.Empty(process.Send(new RetryDue(1)));
        Assert.Equal(before, process.State);
        process.Send(new AttemptEnded(2, OsProcess, Completed));
        before = process.State;
        Assert.Empty(process.Send(new AttemptEnded(2, OsProcess, Failed("late"))));
        Assert.Equal(before, process.State);
    }

    [Fact]
    public void An_attempt_that_takes_too_long_is_stopped_and_has_failed()
    {
        var process = new SupervisedProcess(Retried with { AttemptTimeout = TimeSpan.FromSeconds(1) });
        process.Send(new StartRequested());
        Assert.Equal([new SetTimer(SupervisionTimer.AttemptTimeout, TimeSpan.FromSeconds(1), 1), Show], process.Send(new WorkerStarted(1, OsProcess)));
        var late = Failed("too long");
        Assert.Equal([new SetTimer(SupervisionTimer.Grace, Grace, 1), new StopWorker(1, Grace)], process.Send(new AttemptTimedOut(1, late)));
        var end = new AttemptEnd { State = ProcessState.Stopped, ExitCode = 137 };
        Assert.Equal(new AnnounceRetry(1, late with { ExitCode = 137 }, TimeSpan.FromSeconds(5)), process.Send(new AttemptEnded(1, OsProcess, end))[^1]);
        process.Send(new RetryAnnounced(1));
        process.Send(new RetryDue(1));
        process.Send(new WorkerStarted(2, OsProcess));
        Assert.Empty(process.Send(new AttemptTimedOut(1, late))); // of the attempt before
        process.Send(new AttemptEnded(2, OsProcess, Failed("no luck")));
        Assert.Equal("no luck", process.State.Status.Error); // and not that of the time limit
    }

    [Fact]
    public void A_script_that_a_time_limit_could_not_stop_may_still_run()
    {
        var process = new SupervisedProcess(Plain).Run();
        process.Send(new AttemptTimedOut(1, Failed("too long")));
        process.Send(new AttemptEnded(1, OsProcess, AttemptEnd.Stopped with { Error = "abandoned", IsAbandoned = true }));
        var status = process.State.Status;
        Assert.Equal((ProcessState.Failed, "too long", true), (status.State, status.Error, status.WasAbandoned));
        Assert.False(status.AsResumed().WasAbandoned);
    }

    [Fact]
    public void A_script_that_completes_in_spite_of_a_time_limit_has_completed()
    {
        var process = new SupervisedProcess(Retried).Run();
        process.Send(new AttemptTimedOut(1, Failed("too long")));
        Assert.Equal(new EndProcess(Completed), process.Send(new AttemptEnded(1, OsProcess, Completed))[^1]);
    }

    [Fact]
    public void A_time_limit_that_passes_after_the_script_has_ended_takes_nothing_from_its_end()
    {
        var process = new SupervisedProcess(Retried with { Retry = Retried.Retry with { For = ["IOException"] } }).Run();
        Assert.Empty(process.Send(new ScriptEnded(1)));
        Assert.Equal([new SetTimer(SupervisionTimer.Grace, Grace, 1), new StopWorker(1, Grace)], process.Send(new AttemptTimedOut(1, Failed("too long"))));
        process.FailAndRetry("System.IO.IOException");
        process.Send(new AttemptTimedOut(2, Failed("too long"))); // the second script has not ended
        process.Send(new AttemptEnded(2, OsProcess, AttemptEnd.Stopped));
        Assert.Equal(["no luck", "too long"], process.State.Status.History.Select(attempt => attempt.Error));
    }

    [Fact]
    public void A_deadline_that_passes_after_the_script_has_ended_only_ends_the_retries()
    {
        var process = new SupervisedProcess(Retried).Run();
        process.Send(new ScriptEnded(1));
        process.Send(new DeadlinePassed(Failed("deadline")));
        process.Send(new AttemptEnded(1, OsProcess, Failed("no luck")));
        Assert.Equal((SupervisionPhase.Ended, "no luck"), (process.Phase, process.State.Status.Error));
    }

    [Fact]
    public void A_script_may_end_before_its_start_is_reported()
    {
        var process = new SupervisedProcess(Retried);
        process.Send(new StartRequested());
        process.Send(new ScriptEnded(1));
        process.Send(new WorkerStarted(1, OsProcess));
        process.Send(new AttemptTimedOut(1, Failed("too long")));
        process.Send(new AttemptEnded(1, OsProcess, Failed("no luck")));
        Assert.Equal("no luck", process.State.Status.Error);
    }

    [Fact]
    public void A_time_limit_does_not_turn_a_stop_into_a_failure()
    {
        var process = new SupervisedProcess(Retried).Run();
        process.Send(new StopRequested(Grace));
        Assert.Empty(process.Send(new AttemptTimedOut(1, Failed("too long"))));
        Assert.Empty(process.Send(new DeadlinePassed(Failed("deadline"))));
        Assert.Equal(new EndProcess(AttemptEnd.Stopped), process.Send(new AttemptEnded(1, OsProcess, AttemptEnd.Stopped))[^1]);
    }

    [Fact]
    public void The_deadline_counts_more_than_the_time_limit_of_an_attempt()
    {
        var process = new SupervisedProcess(Retried).Run();
        process.Send(new AttemptTimedOut(1, Failed("too long")));
        process.Send(new DeadlinePassed(Failed("deadline")));
        process.Send(new AttemptEnded(1, OsProcess, AttemptEnd.Stopped));
        Assert.Equal((SupervisionPhase.Ended, "deadline"), (process.Phase, process.State.Status.Error));
        Assert.Equal("deadline", process.State.LastFailure!.Error);
    }

    [Fact]
    public void A_time_limit_of_an_attempt_does_not_follow_the_deadline()
    {
        var process = new SupervisedProcess(Retried).Run();
        process.Send(new DeadlinePassed(Failed("deadline")));
        Assert.Empty(process.Send(new AttemptTimedOut(1, Failed("too long"))));
    }

    [Fact]
    public void The_deadline_is_set_once_for_all_attempts()
    {
        var process = new SupervisedProcess(Retried with { Deadline = TimeSpan.FromSeconds(60) });
        Assert.Equal([new SetTimer(SupervisionTimer.Deadline, TimeSpan.FromSeconds(60), 1), new StartWorker(1)], process.Send(new StartRequested()));
        process.Send(new WorkerStarted(1, OsProcess));
        process.Send(new AttemptEnded(1, OsProcess, Failed("no luck")));
        process.Send(new RetryAnnounced(1));
        Assert.Equal([new StartWorker(2)], process.Send(new RetryDue(1)));
    }

    [Fact]
    public void A_deadline_during_the_interval_ends_the_process_as_failed()
    {
        var process = new SupervisedProcess(Retried).Run();
        process.Send(new AttemptEnded(1, OsProcess, Failed("no luck")));
        process.Send(new RetryAnnounced(1));
        var end = Failed("deadline");
        Assert.Equal([NoRetry, NoDeadline, new EndProcess(end)], process.Send(new DeadlinePassed(end)));
        Assert.Equal((ProcessState.Failed, "deadline"), (process.State.Status.State, process.State.Status.Error));
    }

    [Fact]
    public void A_deadline_while_the_worker_starts_stops_the_worker()
    {
        var process = new SupervisedProcess(Retried);
        process.Send(new StartRequested());
        Assert.Empty(process.Send(new DeadlinePassed(Failed("deadline"))));
        process.Send(new WorkerStarted(1, OsProcess));
        Assert.Contains(process.Effects, effect => effect is StopWorker { Attempt: 1 });
        process.Send(new AttemptEnded(1, OsProcess, AttemptEnd.Stopped));
        Assert.Equal((SupervisionPhase.Ended, "deadline"), (process.Phase, process.State.Status.Error));
    }

    [Fact]
    public void An_end_of_watching_lets_the_call_that_runs_complete()
    {
        var process = new SupervisedProcess(Plain).Run();
        Assert.Equal([new EndWatching(1)], process.Send(new WatchEndRequested()));
        Assert.Equal(SupervisionPhase.Running, process.Phase);
        Assert.Equal([new SetTimer(SupervisionTimer.Grace, Grace, 1), new StopWorker(1, Grace)], process.Send(new StopRequested(Grace)));
    }

    [Fact]
    public void A_worker_in_another_OS_process_shows_that_one()
    {
        var process = new SupervisedProcess(Plain).Run();
        Assert.Equal([Show], process.Send(new WorkerMoved(1, 815)));
        Assert.Equal(815, process.State.Status.ProcessId);
    }
}
