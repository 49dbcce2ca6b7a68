using System.Diagnostics;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Client;

/// <summary>Waits for the outcome of a request with a deadline. A request is withdrawn before its wait is given up, so a timeout means that nothing was changed.</summary>
internal static class PendingReply
{
    /// <summary>Waits for an outcome.</summary>
    /// <param name="reply">The outcome to come. It always comes: a lost server fails it.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="withdraw">Withdraws the request; false when its outcome is on the way, which is then waited for until the cancellation.</param>
    /// <param name="subject">For the message of a timeout: "while waiting for …".</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <param name="block">Blocks until the outcome, the deadline or the cancellation; null to block on the task.</param>
    /// <exception cref="FaultException">The request's own error; Timeout when it was withdrawn at the deadline.</exception>
    public static T Wait<T>(Task<T> reply, Deadline deadline, Func<bool> withdraw, string subject, CancellationToken cancellation, Action? block = null)
    {
        var start = ZProcEventSource.Log.IsEnabled() ? Stopwatch.GetTimestamp() : 0;
        try
        {
            if (reply.IsCompleted
                || Completes(reply, deadline.Remaining, block, cancellation)
                || (!withdraw() && Completes(reply, Timeout.InfiniteTimeSpan, block: null, cancellation)))
            {
                return reply.GetAwaiter().GetResult();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            withdraw(); // a caller that was granted a turn in the same moment releases it
            throw;
        }
        finally
        {
            if (start != 0)
            {
                ZProcEventSource.Log.RequestWaited(subject, Stopwatch.GetElapsedTime(start));
            }
        }

        throw new FaultException(Fault.Timeout, $"The deadline passed while waiting for {subject}. Nothing was changed.");
    }

    private static bool Completes(Task reply, TimeSpan remaining, Action? block, CancellationToken cancellation)
    {
        if (block is not null)
        {
            block();
            return reply.IsCompleted || (cancellation.IsCancellationRequested ? throw new OperationCanceledException(cancellation) : false);
        }

        try
        {
            return reply.Wait(remaining, cancellation);
        }
        catch (AggregateException)
        {
            return true; // Expected: the request failed; the caller gets the exception from the task
        }
    }
}
