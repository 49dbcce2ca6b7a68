using ZProc.Core.Diagnostics;

namespace ZProc.Processes;

/// <summary>Starts processes in order, with a limit of how many run at once. The end of a process starts the next one. Thread-safe.</summary>
internal sealed class Throttle
{
    private readonly object _gate = new();
    private readonly Queue<ZProcess> _waiting = new();
    private readonly int _limit;
    private int _running;
    private int _ended; // processes whose place is free
    private bool _isStarting;

    /// <param name="limit">How many processes may run at once; null for any number.</param>
    public Throttle(int? limit) => _limit = limit ?? int.MaxValue;

    /// <summary>Starts a process, at once or when a place is free.</summary>
    /// <exception cref="Core.FaultException">A place was free, and the process could not be started.</exception>
    public void Add(ZProcess process)
    {
        lock (_gate)
        {
            if (_running == _limit)
            {
                _waiting.Enqueue(process);
                return;
            }

            _running++;
        }

        Start(process);
    }

    /// <summary>Starts a process in a place of its own. Its end frees the place once, also when the process was stopped before this start.</summary>
    private void Start(ZProcess process)
    {
        var isFreed = 0;
        process.Exited += Free;
        if (process.HasExited)
        {
            Free();
        }

        process.StartJob();

        void Free()
        {
            if (Interlocked.Exchange(ref isFreed, 1) == 0)
            {
                StartNext();
            }
        }
    }

    /// <summary>
    /// A process has ended: starts the next one. A process that cannot be started ends inside this method. The outer call then
    /// goes on with the loop, so that many such processes do not nest.
    /// </summary>
    private void StartNext()
    {
        lock (_gate)
        {
            _ended++;
            if (_isStarting)
            {
                return;
            }

            _isStarting = true;
        }

        while (Next() is { } process)
        {
            try
            {
                Start(process);
            }
#pragma warning disable CA1031 // the process has ended with any exception
            catch (Exception expected)
#pragma warning restore CA1031
            {
                // Expected: the process shows the error. Its end has freed the place.
                ZProcEventSource.Log.FaultCaught(nameof(Throttle), expected);
            }
        }
    }

    /// <summary>The next process to start in the place of one that has ended; null when there is none.</summary>
    private ZProcess? Next()
    {
        lock (_gate)
        {
            while (_ended > 0)
            {
                _ended--;
                while (_waiting.TryDequeue(out var process))
                {
                    if (!process.HasExited)
                    {
                        return process;
                    }
                }

                _running--;
            }

            _isStarting = false;
            return null;
        }
    }
}
