using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Diagnostics;

namespace ZProc.Waiting;

/// <summary>
/// The waits of a command, during which actions of PowerShell's events run, as they do during <c>Wait-Event</c>. Without such
/// actions a wait costs nothing more. For the command's thread.
/// </summary>
internal sealed class EventWait
{
    private readonly PSEventManager _events;
    private readonly CancellationToken _stop;

    /// <param name="events">The events of the command's runspace.</param>
    /// <param name="stop">Is cancelled when the command is stopped.</param>
    public EventWait(PSEventManager events, CancellationToken stop)
    {
        _events = events;
        _stop = stop;
    }

    /// <summary>Waits until the wait is over, or until actions have run.</summary>
    /// <param name="wait">Waits. The wait ends when the token is cancelled.</param>
    /// <returns>Whether the wait is over. If not, the caller looks whether the reason of the wait is still there, and waits again.</returns>
    /// <exception cref="OperationCanceledException">The command was stopped.</exception>
    public bool Once(Action<CancellationToken> wait)
    {
        QueuedActions.Run(_events);
        using var hooks = EventHooks.TryOpen(_events);
        if (hooks is null)
        {
            wait(_stop);
            return true;
        }

        QueuedActions.Run(_events); // what came before the hooks
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_stop, hooks.Arrived);
        try
        {
            wait(ending.Token);
            return true;
        }
        catch (OperationCanceledException expected) when (hooks.Arrived.IsCancellationRequested && !_stop.IsCancellationRequested)
        {
            // Expected: an event ended the wait.
            ZProcEventSource.Log.FaultCaught(nameof(EventWait), expected);
        }

        hooks.Dispose(); // an action may register a source identifier anew, which must be free then
        QueuedActions.Run(_events);
        return false;
    }

    /// <summary>Waits until the wait is over, and begins it again whenever actions have run.</summary>
    /// <param name="wait">Waits. The wait ends when the token is cancelled.</param>
    /// <exception cref="OperationCanceledException">The command was stopped.</exception>
    public void UntilOver(Action<CancellationToken> wait)
    {
        while (!Once(wait))
        {
        }
    }

    /// <summary>Waits for tasks.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="any">Whether one of them is enough.</param>
    /// <returns>False at the deadline.</returns>
    /// <exception cref="OperationCanceledException">The command was stopped.</exception>
    public bool ForTasks(Task[] tasks, Deadline deadline, bool any = false)
    {
        if (tasks.Length == 0)
        {
            return true;
        }

        while (true)
        {
            var done = false;
            if (Once(token => done = IsDone((int)deadline.Remaining.TotalMilliseconds, token)))
            {
                return done;
            }

            if (IsDone(0, _stop))
            {
                return true;
            }

            if (deadline.Passed)
            {
                return false;
            }
        }

        bool IsDone(int milliseconds, CancellationToken token) =>
            any ? Task.WaitAny(tasks, milliseconds, token) >= 0 : Task.WaitAll(tasks, milliseconds, token);
    }
}
