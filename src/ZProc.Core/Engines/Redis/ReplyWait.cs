using ZProc.Core.Client;

namespace ZProc.Core.Engines.Redis;

/// <summary>Blocks a caller until a reply of the engine is there.</summary>
internal static class ReplyWait
{
    /// <summary>Waits for a reply.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="FaultException">The request's own error.</exception>
    public static T For<T>(Task<T> reply, CancellationToken cancellation)
    {
        Block(reply, Timeout.InfiniteTimeSpan, cancellation);
        return reply.GetAwaiter().GetResult();
    }

    /// <summary>Waits for a reply, while an observer is told how much of it has arrived.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="FaultException">The request's own error.</exception>
    public static T For<T>(Task<T> reply, ITransferObserver? observer, Func<Transfer> arrived, CancellationToken cancellation)
    {
        if (observer is not null)
        {
            ObservedWait.Block(observer, Deadline.Never, due => Block(reply, due.Remaining, cancellation), () => reply.IsCompleted, arrived);
        }

        return For(reply, cancellation);
    }

    /// <summary>Waits until a reply is there, or the time is over.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void Block(Task reply, TimeSpan time, CancellationToken cancellation)
    {
        try
        {
            reply.Wait(time, cancellation);
        }
        catch (AggregateException)
        {
            // Expected: the request failed. The caller gets the exception from the task.
        }
    }
}
