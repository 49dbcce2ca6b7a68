namespace ZProc.Parallel;

/// <summary>
/// How many runspaces of a call open at once. Opening takes the processor: more at once are not ready sooner, and a call that ends
/// would wait for all of them. Thread-safe.
/// </summary>
internal sealed class OpeningLimit
{
    private readonly object _gate = new();
    private int _free = Environment.ProcessorCount;
    private bool _isClosed;

    /// <summary>Waits for a place.</summary>
    /// <returns>False when there will be none: the call ends.</returns>
    public bool TryEnter()
    {
        lock (_gate)
        {
            while (_free == 0 && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            _free--;
            return !_isClosed;
        }
    }

    /// <summary>Gives a place back, also after a <see cref="TryEnter"/> without success.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _free++;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Lets nothing open any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
