using ZProc.Core.Processes;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>Runs items in a runspace until there are no more. An item that ends the pipeline is followed by another pipeline for the items after it.</summary>
internal static class ItemLoop
{
    /// <summary>Runs the items on the calling thread.</summary>
    /// <returns>Stopped when the runspace was stopped; failed when no item could begin.</returns>
    public static ScriptEnd Run(ScriptRunspace runspace, ItemScript script, IItemFeed feed)
    {
        while (true)
        {
            var begun = feed.Begun;
            var end = runspace.InvokeItems(script, feed);
            if (end.State == ProcessState.Stopped)
            {
                return end;
            }

            // An item that leaves by an error, exit, break or continue ends the pipeline before the feed does.
            var isByItem = feed.Begun > begun && !feed.IsExhausted;
            if (end.Error is { } error)
            {
                if (!isByItem)
                {
                    return end;
                }

                feed.Fail(error);
            }

            if (feed.IsExhausted)
            {
                return ScriptEnd.Completed;
            }
        }
    }
}
