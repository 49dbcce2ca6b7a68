namespace ZProc.Core;

/// <summary>
/// Runs work on a background thread whenever it is signalled. The thread exists only while there is work. A signal during a run
/// leads to another run.
/// </summary>
public sealed class OnDemandThread
{
    private readonly object _gate = new();
    private readonly string _name;
    private readonly Action _work;
    private bool _signalled;
    private bool _running;

    /// <summary>Creates it.</summary>
    /// <param name="name">The name of the thread.</param>
    /// <param name="work">One run. It has to handle its own failures: an exception ends the OS process.</param>
    public OnDemandThread(string name, Action work)
    {
        _name = name;
        _work = work;
    }

    /// <summary>Asks for a run. Returns at once.</summary>
    public void Signal()
    {
        lock (_gate)
        {
            _signalled = true;
            if (!_running)
            {
                BackgroundThread.Start(Run, _name);
                _running = true;
            }
        }
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                if (!_signalled)
                {
                    _running = false;
                    return;
                }

                _signalled = false;
            }

            _work();
        }
    }
}
