namespace ZProc.Core.Client;

/// <summary>Waiting for the outcome of a request with a deadline, exactly: a request that is given up is withdrawn first.</summary>
internal static class PendingReply
{
    /// <summary>Waits for an outcome.</summary>
    /// <param name="reply">The outcome to come. It always comes: a lost server fails it.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="withdraw">Takes the request back; false when its outcome is on the way and so is waited for.</param>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <param name="block">Blocks until the outcome is there, the deadline or the cancellation; null to leave that to the task.</param>
    /// <exception cref="FaultException">The outcome; Timeout when it was withdrawn at the deadline.</exception>
    public static T Wait<T>(Task<T> reply, Deadline deadline, Func<bool> withdraw, string what, CancellationToken cancellation, Action? block = null)
    {
        try
        {
            if (reply.IsCompleted || Completes(reply, deadline.Remaining, block, cancellation) || !withdraw())
            {
                return reply.GetAwaiter().GetResult();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // A turn that was given in the same moment is released by whoever completes the reply: see the callers.
            withdraw();
            throw;
        }

        throw new FaultException(Fault.Timeout, $"The deadline passed while waiting for {what}. Nothing was changed.");
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
            return true; // the caller takes the exception as it was thrown
        }
    }
}
