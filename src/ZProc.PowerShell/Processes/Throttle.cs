namespace ZProc.PowerShell;

/// <summary>Starts processes, in order, so that no more than so many run at once. The end of one starts the next.</summary>
internal sealed class Throttle
{
    private readonly object _gate = new();
    private readonly Queue<ZProcess> _waiting = new();
    private readonly int _limit;
    private int _running;

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

    private void StartNext()
    {
        while (Next() is { } process)
        {
            process.Exited += StartNext;
            try
            {
                process.StartJob();
                return;
            }
#pragma warning disable CA1031 // whatever it is, the process has ended with it, which starts the next one
            catch (Exception)
#pragma warning restore CA1031
            {
                return;
            }
        }
    }

    private ZProcess? Next()
    {
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var process))
            {
                if (!process.HasExited)
                {
                    return process;
                }
            }

            _running--;
            return null;
        }
    }
}
