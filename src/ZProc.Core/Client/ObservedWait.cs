namespace ZProc.Core.Client;

/// <summary>A wait for a namespace whose observer is told how much has arrived.</summary>
internal static class ObservedWait
{
    /// <summary>Blocks until the wait is over or its deadline has passed.</summary>
    /// <param name="observer">The observer. It is called on this thread.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="block">Blocks until the wait is over, or until the time that it is given.</param>
    /// <param name="isOver">Whether the wait is over.</param>
    /// <param name="arrived">What has arrived.</param>
    public static void Block(ITransferObserver observer, Deadline deadline, Action<Deadline> block, Func<bool> isOver, Func<Transfer> arrived)
    {
        try
        {
            block(Deadline.First(deadline, observer.Due));
            while (!isOver() && !deadline.Passed)
            {
                observer.OnTransfer(arrived());
                block(Deadline.First(deadline, observer.Due));
            }
        }
        finally
        {
            observer.OnEnded();
        }
    }
}
