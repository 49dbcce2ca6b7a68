namespace ZProc.Processes;

/// <summary>Starts processes, in order, so that no more than so many run at once. The end of one starts the next.</summary>
internal sealed class Throttle
{
    private readonly object _gate = new();
    private readonly Queue<ZProcess> _waiting = new();
    private readonly int _limit;
    private int _running;
    private int _ended; // that nobody has started another one for
    private bool _isStarting;

    /// <param name="limit">How many may run at once; null for any number.</param>
    public Throttle(int? limit) => _limit = limit ?? int.MaxValue;

    /// <summary>Starts a process as soon as there is room for it.</summary>
    /// <exception cref="Core.FaultException">There is room, and it could not be started.</exception>
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

        process.Exited += StartNext;
        process.StartJob();
    }

    /// <summary>One has ended. Where that is since it could not be started, whoever started it goes on: a long row of those must not nest.</summary>
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
            process.Exited += StartNext;
            try
            {
                process.StartJob();
            }
#pragma warning disable CA1031 // whatever it is, the process has ended with it, which starts the next one
            catch (Exception)
#pragma warning restore CA1031
            {
                continue;
            }
        }
    }

    /// <summary>The next one to start in the place of one that has ended.</summary>
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
