using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;

namespace ZProc.Workers;

/// <summary>
/// Worker processes that are started in advance: each has loaded the module and connected before it gets an order, and carries out
/// one order. The first spare is started after the first process. Thread-safe.
/// </summary>
internal sealed class SparePool
{
    /// <summary>How many spares are kept ready by default.</summary>
    public const int DefaultSize = 1;

    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private readonly Queue<WorkerChild> _spares = new();
    private readonly int _size;
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
        while (Take(program) is { } spare)
        {
            if (spare.TryBegin(message, reader))
            {
                return spare;
            }
        }

        return WorkerChild.Launch(_context, program, message, reader);
    }

    /// <summary>Starts a spare on a background thread, where one is missing.</summary>
    /// <param name="order">The order that took a spare: the next one is likely to start in the same folder.</param>
    public void Refill(WorkerOrder order)
    {
        if (order.Start.PowerShellPath is not null)
        {
            return;
        }

        lock (_gate)
        {
            if (_closed || _spares.Count + _starting >= _size)
            {
                return;
            }

            _starting++;
        }

        new Thread(() => Add(order.Start.WorkingDirectory)) { IsBackground = true, Name = "ZProc spare" }.Start();
    }

    /// <summary>Kills the spares, and returns when they have ended. There will be no others: one that is being started is killed then.</summary>
    /// <param name="deadline">When to return in any case.</param>
    public void Close(Deadline deadline)
    {
        WorkerChild[] spares;
        lock (_gate)
        {
            _closed = true;
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
            }

            Monitor.PulseAll(_gate);
        }

        spare?.Kill();
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
