namespace ZProc.Core;

/// <summary>
/// Does work on a background thread of its own whenever it is signalled; the thread is there only while there is something
/// to do. What was signalled while the work ran is done in another round.
/// </summary>
public sealed class OnDemandThread
{
    private readonly object _gate = new();
    private readonly string _name;
    private readonly Action _work;
    private bool _signalled;
    private bool _running;

    /// <summary>Creates it.</summary>
    /// <param name="name">What the thread is called.</param>
    /// <param name="work">One round. What it throws ends the OS process: it has to see to its own failures.</param>
    public OnDemandThread(string name, Action work)
    {
        _name = name;
        _work = work;
    }

    /// <summary>There is something to do. Returns at once.</summary>
    public void Signal()
    {
        lock (_gate)
        {
            _signalled = true;
            if (!_running)
            {
                _running = true;
                new Thread(Run) { IsBackground = true, Name = _name }.Start();
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
