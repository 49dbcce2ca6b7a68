using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;

namespace ZProc.Workers;

/// <summary>
/// Worker processes that are started in advance: each has loaded the module and connected before it gets an order, and carries out
/// one order. The first spare is started after the first process. A spare takes a processor for as long as it starts, so none is
/// started while an order waits for its process, nor at the beginning of a script. Thread-safe.
/// </summary>
internal sealed class SparePool
{
    /// <summary>How many spares are kept ready by default.</summary>
    public const int DefaultSize = 1;

    /// <summary>How long a script has run, or else it has ended, before a spare is started.</summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(300);

    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private readonly Queue<WorkerChild> _spares = new();
    private readonly int _size;
    private Alarm? _later; // refills
    private WorkerOrder? _last; // the last order that a process has taken: the next one is likely to start in the same folder
    private int _waiting; // orders that no process has taken yet
    private int _starting;
    private bool _closed;

    /// <param name="context">The context that they join.</param>
    /// <param name="size">How many spares are kept ready.</param>
    public SparePool(ZProcContext context, int size)
    {
        _context = context;
        _size = size;
    }

    /// <summary>Gives an order to a spare, or to a worker that is started for the order.</summary>
    /// <param name="program">The PowerShell to run in.</param>
    /// <param name="order">What to run.</param>
    /// <param name="handler">The receiver of the worker's events, from the moment when it gets the order.</param>
    /// <exception cref="FaultException">ProcessFailed: no process could be started. ValueTooLarge: the order is too large.</exception>
    public WorkerChild Begin(PowerShellProgram program, WorkerOrder order, IWorkerProcessHandler handler)
    {
        var reader = new WorkerReader(order, handler);

        // Before a spare is taken, as this may fail: a spare without an order would wait for ever.
        var message = WorkerMessages.Start(order);
        NoteWaiting();
        try
        {
            while (Take(program) is { } spare)
            {
                if (spare.TryBegin(message, reader))
                {
                    return spare;
                }
            }

            return WorkerChild.Launch(_context, program, message, reader);
        }
        catch
        {
            reader.Settle();
            throw;
        }
    }

    /// <summary>Notes that a process has taken an order, or has ended before that. Each order that has begun comes here once.</summary>
    /// <param name="order">The order; null when the process has ended.</param>
    public void NoteTaken(WorkerOrder? order)
    {
        lock (_gate)
        {
            _waiting--;
            if (order is { Start.PowerShellPath: null })
            {
                _last = order;
            }

            if (_waiting == 0 && _last is not null && !_closed)
            {
                _later?.Dispose();
                _later = Alarm.After(HeadStart, "ZProc spare", Refill);
            }
        }
    }

    /// <summary>Starts a spare on a background thread, where one is missing: a script has ended.</summary>
    public void NoteEnded()
    {
        lock (_gate)
        {
            if (_waiting > 0 || _later is null)
            {
                return;
            }

            _later.Dispose();
            _later = null;
        }

        BackgroundThread.Start(Refill, "ZProc spare");
    }

    /// <summary>Kills the spares, and returns when they have ended. There will be no others: one that is being started is killed then.</summary>
    /// <param name="deadline">When to return in any case.</param>
    public void Close(Deadline deadline)
    {
        WorkerChild[] spares;
        lock (_gate)
        {
            _closed = true;
            _later?.Dispose();
            spares = [.. _spares];
            _spares.Clear();
            while (_starting > 0 && !deadline.Passed)
            {
                Monitor.Wait(_gate, deadline.Remaining);
            }
        }

        foreach (var spare in spares)
        {
            spare.Kill();
        }

        Task.WaitAll(spares.Select(spare => spare.Exited).ToArray(), deadline.Remaining);
    }

    private void NoteWaiting()
    {
        lock (_gate)
        {
            _waiting++;
            _later?.Dispose();
            _later = null;
        }
    }

    private void Refill()
    {
        string? folder;
        lock (_gate)
        {
            if (_closed || _waiting > 0 || _spares.Count + _starting >= _size)
            {
                return;
            }

            _starting++;
            folder = _last?.Start.WorkingDirectory;
        }

        Add(folder);
    }

    private void Add(string? folder)
    {
        WorkerChild? spare = null;
        try
        {
            spare = WorkerChild.Launch(_context, PowerShellProgram.Own, folder);
        }
#pragma warning disable CA1031 // an exception on this thread would end the session
        catch (Exception expected)
#pragma warning restore CA1031
        {
            // Expected: no process can be started now. The next order starts one itself and reports the error.
            ZProcEventSource.Log.FaultCaught(nameof(SparePool), expected);
        }

        lock (_gate)
        {
            _starting--;
            if (spare is not null && !_closed)
            {
                _spares.Enqueue(spare);
                spare = null;
                RefillLater();
            }

            Monitor.PulseAll(_gate);
        }

        spare?.Kill();
    }

    /// <summary>Lets the next spare follow, where one more is missing. The caller holds the gate, and has started a spare.</summary>
    private void RefillLater()
    {
        if (_waiting > 0 || _spares.Count + _starting >= _size)
        {
            return; // the pool is full, or the next process that takes its order refills it
        }

        try
        {
            _later?.Dispose();
            _later = Alarm.After(HeadStart, "ZProc spare", Refill);
        }
        catch (OutOfMemoryException expected)
        {
            // Expected: the system gives no thread now. The next process refills the pool.
            ZProcEventSource.Log.FaultCaught(nameof(SparePool), expected);
        }
    }

    private WorkerChild? Take(PowerShellProgram program)
    {
        lock (_gate)
        {
            return program.Executable == PowerShellProgram.Own.Executable && program.Prefix.SequenceEqual(PowerShellProgram.Own.Prefix)
                && _spares.TryDequeue(out var spare) ? spare : null;
        }
    }
}
