namespace ZProc.Core.Client;

/// <summary>Wakes a connection's own thread while callers receive. Thread-safe; one thread waits.</summary>
internal sealed class ThreadSignal
{
    private readonly object _gate = new();
    private readonly Func<bool> _canRest;
    private bool _isWanted; // guarded by the gate
    private volatile bool _isResting;

    /// <param name="canRest">Whether someone calls <see cref="EndRest"/> in the end.</param>
    public ThreadSignal(Func<bool> canRest) => _canRest = canRest;

    /// <summary>Wakes the thread, which has work: <see cref="Wait"/> says so, now or at its next call.</summary>
    public void Raise()
    {
        lock (_gate)
        {
            _isWanted = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Wakes the thread from a rest, so that it looks around.</summary>
    public void EndRest()
    {
        if (_isResting)
        {
            lock (_gate)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Waits for <see cref="Raise"/>.</summary>
    /// <param name="bound">How long.</param>
    /// <returns>Whether the thread is wanted.</returns>
    public bool Wait(TimeSpan bound)
    {
        lock (_gate)
        {
            if (!_isWanted)
            {
                Monitor.Wait(_gate, bound);
            }

            return Take();
        }
    }

    /// <summary>Waits for <see cref="Raise"/>, or rests if it may.</summary>
    /// <param name="bound">How long, without a rest.</param>
    /// <param name="longest">How long, with one.</param>
    /// <param name="mayRest">Whether the thread may rest.</param>
    /// <returns>Whether the thread is wanted.</returns>
    public bool WaitOrRest(TimeSpan bound, TimeSpan longest, bool mayRest)
    {
        lock (_gate)
        {
            if (!_isWanted)
            {
                // Who ends the rest looks at the flag after the change that this thread looks for.
                _isResting = mayRest;
                Interlocked.MemoryBarrier();
                _isResting = mayRest && _canRest();
                Monitor.Wait(_gate, _isResting || bound > longest ? longest : bound);
                _isResting = false;
            }

            return Take();
        }
    }

    private bool Take()
    {
        var wasWanted = _isWanted;
        _isWanted = false;
        return wasWanted;
    }
}
