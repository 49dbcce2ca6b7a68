using static ZProc.Core.Processes.Supervision.SupervisionEffect;
using static ZProc.Core.Processes.Supervision.SupervisionEvent;

namespace ZProc.Core.Processes.Supervision;

/// <summary>
/// The transition function of a supervised process: state and event give the next state and what has to be done. Pure: all
/// rules about attempts, retries, stopping and time limits are here, and none of what carries them out.
/// </summary>
public static class SupervisionTransition
{
    /// <summary>Works out what an event means. An event that comes too late, or does not fit the phase, changes nothing.</summary>
    /// <param name="policy">The settings of the process.</param>
    /// <param name="state">The state before.</param>
    /// <param name="happened">The event.</param>
    /// <param name="now">The moment of the event.</param>
    public static SupervisionStep Next(SupervisionPolicy policy, SupervisionState state, SupervisionEvent happened, Moment now) => happened switch
    {
        StartRequested when state.Phase == SupervisionPhase.NotStarted => Start(policy, state, now),
        ResumeRequested { Lost: var lost } when state.Phase == SupervisionPhase.NotStarted => Resume(policy, state, lost, now),
        WorkerStarted { Attempt: var attempt, ProcessId: var id } => IsStarting(state, attempt)
            ? Started(policy, state with { Status = state.Status with { ProcessId = id } })
            : Unchanged(state, new ShowStatus()), // a very short attempt has ended before its start was reported
        WorkerNotStarted { Attempt: var attempt, End: var end } when IsStarting(state, attempt) => attempt == 1
            ? End(state, end, now) // a process that cannot be started at all is not retried
            : EndAttempt(policy, state, end, now),
        WorkerMoved { Attempt: var attempt, ProcessId: var id } when HasWorker(state, attempt) =>
            new(state with { Status = state.Status with { ProcessId = id } }, [new ShowStatus()]),
        ScriptEnded { Attempt: var attempt } when HasWorker(state, attempt) => Unchanged(state with { HasScriptEnded = true }),
        AttemptEnded { Attempt: var attempt, ProcessId: var id, End: var end } when HasWorker(state, attempt) =>
            EndAttempt(policy, state with { Status = state.Status with { ProcessId = id } }, end, now),
        RetryAnnounced { Attempt: var attempt } when state.Phase == SupervisionPhase.AnnouncingRetry && attempt == state.Status.Attempts =>
            WaitForRetry(state, now),
        RetryDue { Attempt: var attempt } when state.Phase == SupervisionPhase.WaitingForRetry && attempt == state.Status.Attempts =>
            BeginAttempt(state, now),
        StopRequested { Grace: var grace } when state.Phase != SupervisionPhase.Ended => Stop(policy, state with { IsLast = true }, grace, now),
        WatchEndRequested when state.Phase != SupervisionPhase.Ended => EndWatch(state with { IsLast = true }, now),
        AttemptTimedOut { Attempt: var attempt, End: var end } when HasWorker(state, attempt) && !state.IsLast && state.Verdict is null =>
            Stop(policy, Judged(state, end), policy.Grace, now),
        DeadlinePassed { End: var end } when state is { IsLast: false, Phase: not SupervisionPhase.Ended } =>
            Stop(policy, Judged(state, end) with { IsLast = true }, policy.Grace, now),
        GraceElapsed { Attempt: var attempt } when HasWorker(state, attempt) => Unchanged(state, new KillWorker(attempt)),
        _ => Unchanged(state),
    };

    private static bool IsStarting(SupervisionState state, int attempt) => state.Phase == SupervisionPhase.Starting && state.Status.Attempts == attempt;

    private static bool HasWorker(SupervisionState state, int attempt) =>
        state.Phase is SupervisionPhase.Starting or SupervisionPhase.Running or SupervisionPhase.Stopping && state.Status.Attempts == attempt;

    private static SupervisionState Judged(SupervisionState state, AttemptEnd verdict) => state.HasScriptEnded ? state : state with { Verdict = verdict };

    private static SupervisionStep Unchanged(SupervisionState state, params SupervisionEffect[] effects) => new(state, effects);

    private static SupervisionStep Start(SupervisionPolicy policy, SupervisionState state, Moment now)
    {
        var begun = BeginAttempt(state, now);
        return policy.Deadline is { } deadline
            ? begun with { Effects = [new SetTimer(SupervisionTimer.Deadline, deadline, 1), .. begun.Effects] }
            : begun;
    }

    /// <summary>Goes on where an earlier server ended: before the first attempt, in one, or between two.</summary>
    private static SupervisionStep Resume(SupervisionPolicy policy, SupervisionState state, AttemptEnd lost, Moment now)
    {
        var status = state.Status;
        if (status.Attempts == 0)
        {
            return Start(policy, state, now);
        }

        var resumed = state with { AttemptStarted = Earlier(status.History.Count > 0 ? status.History[^1].Ended : status.Started, now) };
        var isBetweenAttempts = status.History.Count > 0 && status.History[^1].Number == status.Attempts;
        var step = !isBetweenAttempts ? EndAttempt(policy, resumed, lost, now)
            : status.NextAttempt is not null || policy.Retry.NextDelay(status.Attempts) is not null
                ? ShowAfter(WaitForRetry(resumed with { RetryDelay = TimeUntil(status.NextAttempt, now) }, now))
                : End(resumed, lost, now);
        return policy.Deadline is { } deadline && step.State.Phase != SupervisionPhase.Ended
            ? step with { Effects = [new SetTimer(SupervisionTimer.Deadline, TimeUntil(status.Started + deadline, now), 1), .. step.Effects] }
            : step;
    }

    private static SupervisionStep ShowAfter(SupervisionStep step) => step with { Effects = [.. step.Effects, new ShowStatus()] };

    private static TimeSpan TimeUntil(DateTime? time, Moment now) => time > now.Utc ? time.Value - now.Utc : TimeSpan.Zero;

    /// <summary>A moment of the past, on both clocks. The wall clock may have been set back since.</summary>
    private static Moment Earlier(DateTime? time, Moment now) =>
        time < now.Utc ? new Moment(time.Value, now.Steady - (now.Utc - time.Value)) : now;

    private static SupervisionStep BeginAttempt(SupervisionState state, Moment now)
    {
        var attempt = state.Status.Attempts + 1;
        var next = state with
        {
            Phase = SupervisionPhase.Starting,
            AttemptStarted = now,
            Verdict = null,
            Status = state.Status with
            {
                State = ProcessState.Running, Attempts = attempt, Started = state.Status.Started ?? now.Utc, NextAttempt = null, ProcessId = null,
            },
        };
        return new(next, [new StartWorker(attempt)]);
    }

    /// <summary>The worker runs: requests that came while it was being started are handed on.</summary>
    private static SupervisionStep Started(SupervisionPolicy policy, SupervisionState state)
    {
        var attempt = state.Status.Attempts;
        var running = state with { Phase = SupervisionPhase.Running, PendingStop = null, PendingWatchEnd = false };
        List<SupervisionEffect> effects = [];
        if (state.PendingWatchEnd)
        {
            effects.Add(new EndWatching(attempt));
        }

        if (state.PendingStop is { } grace)
        {
            var stopping = StopAttempt(running, grace);
            return new(stopping.State, [.. effects, .. stopping.Effects, new ShowStatus()]);
        }

        if (policy.AttemptTimeout is { } timeout && !state.IsLast)
        {
            effects.Add(new SetTimer(SupervisionTimer.AttemptTimeout, timeout, attempt));
        }

        return new(running, [.. effects, new ShowStatus()]);
    }

    private static SupervisionStep Stop(SupervisionPolicy policy, SupervisionState state, TimeSpan requested, Moment now)
    {
        var grace = requested < policy.MinimumGrace ? policy.MinimumGrace : requested;
        return state.Phase switch
        {
            SupervisionPhase.NotStarted or SupervisionPhase.WaitingForRetry => EndIdle(state, now),

            // A request to kill is not softened by a later one to stop.
            SupervisionPhase.Starting => Unchanged(state.PendingStop == TimeSpan.Zero ? state : state with { PendingStop = grace }),
            SupervisionPhase.Running or SupervisionPhase.Stopping => StopAttempt(state, grace),
            _ => Unchanged(state),
        };
    }

    private static SupervisionStep StopAttempt(SupervisionState state, TimeSpan grace)
    {
        var attempt = state.Status.Attempts;
        return new(
            state with { Phase = SupervisionPhase.Stopping },
            grace > TimeSpan.Zero ? [new SetTimer(SupervisionTimer.Grace, grace, attempt), new StopWorker(attempt, grace)] : [new KillWorker(attempt)]);
    }

    private static SupervisionStep EndWatch(SupervisionState state, Moment now) => state.Phase switch
    {
        SupervisionPhase.NotStarted or SupervisionPhase.WaitingForRetry => EndIdle(state, now),
        SupervisionPhase.Starting => Unchanged(state with { PendingWatchEnd = true }),
        SupervisionPhase.Running or SupervisionPhase.Stopping => Unchanged(state, new EndWatching(state.Status.Attempts)),
        _ => Unchanged(state),
    };

    private static SupervisionStep EndAttempt(SupervisionPolicy policy, SupervisionState state, AttemptEnd reported, Moment now)
    {
        var end = state.Verdict is { } verdict && reported.State != ProcessState.Completed
            ? verdict with { ExitCode = reported.ExitCode, IsAbandoned = reported.IsAbandoned }
            : reported;
        var status = state.Status;
        var (started, ended) = (state.AttemptStarted.Utc, state.AttemptStarted.Utc + (now.Steady - state.AttemptStarted.Steady));
        var attempt = new ProcessAttempt(status.Attempts, status.ProcessId, started, ended, end.ExitCode, end.Error, end.ErrorId);
        var next = Note(state, end) with { HasScriptEnded = false, PendingStop = null, PendingWatchEnd = false };
        next = next with { Status = next.Status with { History = [.. status.History.TakeLast(ProcessRecord.KeptAttempts - 1), attempt] } };
        if (end.State is ProcessState.Failed or ProcessState.Lost && !state.IsLast && policy.Retry.Covers(end.FailureNames))
        {
            next = next with { FailuresInWindow = FailuresInWindow(policy.Retry, state, now) };
            if (policy.Retry.NextDelay(policy.Retry.Window is null ? status.Attempts : next.FailuresInWindow.Count) is { } delay)
            {
                next = next with
                {
                    Phase = SupervisionPhase.AnnouncingRetry,
                    Verdict = null,
                    RetryDelay = delay,
                    Status = next.Status with { NextAttempt = now.Utc + delay },
                };
                return new(next, [.. CancelAttemptTimers(), new AnnounceRetry(status.Attempts, end, delay)]);
            }
        }

        return End(next, end, now, CancelAttemptTimers());
    }

    // Without a window each attempt so far has failed, so that their number is enough.
    private static TimeSpan[] FailuresInWindow(RetryPolicy policy, SupervisionState state, Moment now) =>
        policy.Window is { } window ? [.. state.FailuresInWindow.Where(failure => now.Steady - failure < window), now.Steady] : [];

    private static SupervisionStep WaitForRetry(SupervisionState state, Moment now) => state.IsLast
        ? EndIdle(state, now)
        : new(state with { Phase = SupervisionPhase.WaitingForRetry }, [new SetTimer(SupervisionTimer.Retry, state.RetryDelay, state.Status.Attempts)]);

    /// <summary>Ends a process that has no attempt running.</summary>
    private static SupervisionStep EndIdle(SupervisionState state, Moment now) =>
        End(state, state.Verdict ?? AttemptEnd.Stopped, now, new CancelTimer(SupervisionTimer.Retry));

    private static SupervisionStep End(SupervisionState state, AttemptEnd end, Moment now, params SupervisionEffect[] before)
    {
        var next = Note(state, end);
        next = next with
        {
            Phase = SupervisionPhase.Ended,
            Status = next.Status with { State = end.State, WasAbandoned = end.IsAbandoned, ExitCode = end.ExitCode, Ended = now.Utc, NextAttempt = null },
        };
        return new(next, [.. before, new CancelTimer(SupervisionTimer.Deadline), new EndProcess(end)]);
    }

    private static SupervisionState Note(SupervisionState state, AttemptEnd end) => end.Error is null
        ? state
        : state with { LastFailure = end, Status = state.Status with { Error = end.Error, ErrorId = end.ErrorId } };

    private static SupervisionEffect[] CancelAttemptTimers() =>
        [new CancelTimer(SupervisionTimer.AttemptTimeout), new CancelTimer(SupervisionTimer.Grace)];
}
