namespace ZProc.Requests;

/// <summary>
/// The right to take the output of a process for another session. One sender has it at a time; the next one gets what that
/// sender leaves. Thread-safe.
/// </summary>
internal sealed class SendTurn
{
    private readonly object _gate = new();
    private OutputSender? _holder;

    /// <summary>Waits for the turn, and takes it.</summary>
    /// <returns>False for a sender that does not follow the process while another receiver takes the output.</returns>
    public bool Take(OutputSender sender)
    {
        lock (_gate)
        {
            while (_holder is not null)
            {
                // A holder without a receiver is about to put its output back.
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

    /// <summary>Gives the turn to the next sender.</summary>
    public void End()
    {
        lock (_gate)
        {
            _holder = null;
            Monitor.PulseAll(_gate);
        }
    }
}
