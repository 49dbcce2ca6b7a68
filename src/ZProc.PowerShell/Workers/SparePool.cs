using ZProc.Contexts;
using ZProc.Core;

namespace ZProc.Workers;

/// <summary>
/// Workers started in advance: importing the module and connecting are done when somebody needs one. Each is used
/// once. There is none until the first process was asked for.
/// </summary>
internal sealed class SparePool
{
    /// <summary>How many are kept ready when nobody says.</summary>
    public const int DefaultSize = 1;

    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private readonly Queue<WorkerChild> _spares = new();
    private readonly int _size;
    private int _starting;
    private bool _closed;

    /// <param name="context">Where they connect to.</param>
    /// <param name="size">How many to keep ready.</param>
    public SparePool(ZProcContext context, int size)
    {
        _context = context;
        _size = size;
    }

    /// <summary>Gives an order to a spare, or to a worker started for it.</summary>
    /// <param name="program">The PowerShell to run in.</param>
    /// <param name="order">What to run.</param>
    /// <param name="handler">The receiver of the worker's events, from the moment when it gets the order.</param>
    /// <exception cref="FaultException">ProcessFailed: no process could be started. ValueTooLarge: the order is too large.</exception>
    public WorkerChild Begin(PowerShellProgram program, WorkerOrder order, IWorkerProcessHandler handler)
    {
        var reader = new WorkerReader(order, handler);

        // First, as it may fail: a worker that was taken and got no order would wait for one for ever.
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

    /// <summary>Makes up for what was taken, away from the caller: it has more urgent things to do.</summary>
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

    /// <summary>Ends the spares; returns when they are gone.</summary>
    public void Close()
    {
        WorkerChild[] spares;
        lock (_gate)
        {
            _closed = true;
            spares = [.. _spares];
            _spares.Clear();
            while (_starting > 0)
            {
                Monitor.Wait(_gate);
            }
        }

        foreach (var spare in spares)
        {
            spare.Kill();
        }

        Task.WaitAll(spares.Select(spare => spare.Exited).ToArray());
    }

    private void Add(string? folder)
    {
        WorkerChild? spare = null;
        try
        {
            spare = WorkerChild.Launch(_context, PowerShellProgram.Own, folder);
        }
        catch (FaultException)
        {
            // The next process will say so.
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
