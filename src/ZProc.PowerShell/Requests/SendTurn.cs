namespace ZProc.Requests;

/// <summary>Who sends what a process wrote: one takes what is there, and another one gets what that one leaves. Thread-safe.</summary>
internal sealed class SendTurn
{
    private readonly object _gate = new();
    private OutputSender? _holder;

    /// <summary>Takes the turn, after whoever has it.</summary>
    /// <returns>Whether it was; not for one who wants only what is there when that goes to somebody else.</returns>
    public bool Take(OutputSender sender)
    {
        lock (_gate)
        {
            while (_holder is not null)
            {
                // One whose receiver is gone is about to put back what is left.
                if (!sender.Follows && _holder.HasReceiver)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            _holder = sender;
            return true;
        }
    }

    /// <summary>Lets the next one have it.</summary>
    public void End()
    {
        lock (_gate)
        {
            _holder = null;
            Monitor.PulseAll(_gate);
        }
    }
}
