namespace ZProc.Core;

/// <summary>
/// Does work on a background thread of its own whenever it is signalled. The thread waits a while for the next signal before it
/// ends; a later signal makes another one. Work that is signalled during a round is done in another round. Thread-safe.
/// </summary>
public sealed class LingeringThread
{
    private readonly object _gate = new();
    private readonly string _name;
    private readonly int _stackSize;
    private readonly TimeSpan _linger;
    private readonly Func<bool> _work;
    private readonly Action _onStopped;
    private bool _isSignalled;
    private bool _isRunning; // stays set after the last round, so that no other thread begins
    private bool _isStopped;

    /// <summary>Creates it, without a thread.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="stackSize">The thread's stack, in bytes.</param>
    /// <param name="linger">How long the thread waits for the next signal.</param>
    /// <param name="work">One round; false makes it the last one. An exception ends the OS process.</param>
    /// <param name="onStopped">Called on the thread, when <see cref="Stop"/> has ended it.</param>
    public LingeringThread(string name, int stackSize, TimeSpan linger, Func<bool> work, Action onStopped)
    {
        _name = name;
        _stackSize = stackSize;
        _linger = linger;
        _work = work;
        _onStopped = onStopped;
    }

    /// <summary>Asks for a round. Returns at once.</summary>
    public void Signal()
    {
        lock (_gate)
        {
            _isSignalled = true;
            if (_isRunning)
            {
                Monitor.PulseAll(_gate);
            }
            else if (!_isStopped)
            {
                BackgroundThread.Start(Run, _name, _stackSize);
                _isRunning = true;
            }
        }
    }

    /// <summary>Lets no further round begin. Returns at once.</summary>
    /// <returns>True when no thread runs, and none will: the caller does what the thread would have done at its end.</returns>
    public bool Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            Monitor.PulseAll(_gate);
            return !_isRunning;
        }
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                _isSignalled = false;
            }

            if (!_work())
            {
                return;
            }

            lock (_gate)
            {
                if (!_isSignalled && !_isStopped)
                {
                    Monitor.Wait(_gate, _linger);
                }

                if (_isStopped)
                {
                    break;
                }

                if (!_isSignalled)
                {
                    _isRunning = false;
                    return;
                }
            }
        }

        _onStopped();
    }
}
