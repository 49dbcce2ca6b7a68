using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>Runs items in a runspace until there are no more, also past those that end the pipeline they run in.</summary>
internal static class ItemLoop
{
    /// <summary>Runs them on this thread.</summary>
    /// <returns>Stopped when the runspace was; failed when not even the first of them could begin.</returns>
    public static ScriptEnd Run(ScriptRunspace runspace, ItemScript script, IItemFeed feed)
    {
        while (true)
        {
            var begun = feed.Begun;
            var end = runspace.InvokeItems(script, feed);
            if (end.State == Core.Processes.ProcessState.Stopped)
            {
                return end;
            }

            // Else an item left the pipeline: by an error, exit, break or continue.
            var isItem = feed.Begun > begun && !feed.IsExhausted;
            if (end.Error is { } error)
            {
                if (!isItem)
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
