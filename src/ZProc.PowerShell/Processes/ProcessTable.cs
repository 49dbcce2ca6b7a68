using ZProc.Core;
using ZProc.Core.Processes;

namespace ZProc.PowerShell;

/// <summary>The processes that this session started in one context. They end with it.</summary>
internal sealed class ProcessTable
{
    // What a context's end may take in all is five seconds; the sweep at the end needs the rest.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KillBound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SweepBound = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private readonly List<ZProcess> _processes = [];
    private bool _startedAny;
    private bool _closed;

    public ProcessTable(ZProcContext context)
    {
        _context = context;
        Spares = new SparePool(context);
        SessionEnd.Watch();
    }

    /// <summary>Marks every OS process started here.</summary>
    public Lineage Lineage { get; } = Lineage.Create();

    /// <summary>Workers started in advance.</summary>
    public SparePool Spares { get; }

    /// <summary>All that have not been removed, oldest first.</summary>
    public IReadOnlyList<ZProcess> All
    {
        get
        {
            lock (_gate)
            {
                return _processes.ToArray();
            }
        }
    }

    /// <summary>Starts a process.</summary>
    /// <exception cref="FaultException">ContextStopped; ProcessFailed: it could not be started.</exception>
    public ZProcess Start(ProcessStart start)
    {
        var process = new ZProcess(_context, start, CurrentSource.Get(_context));
        lock (_gate)
        {
            if (_closed)
            {
                process.Dispose();
                throw new FaultException(Fault.ContextStopped, $"The context '{_context.Name}' has been stopped. Start another with Start-ZProcContext.");
            }

            _processes.Add(process);
            _startedAny |= start.As == ProcessKind.Process;
        }

        try
        {
            process.StartJob();
            return process;
        }
        catch
        {
            Remove(process);
            throw;
        }
    }

    /// <summary>Forgets a process that has ended, its output and its record.</summary>
    public void Remove(ZProcess process)
    {
        lock (_gate)
        {
            _processes.Remove(process);
        }

        ProcessRecord.Remove(_context, process);
        process.Dispose();
    }

    /// <summary>Asks all to stop, and returns at once.</summary>
    public void BeginStopAll()
    {
        foreach (var process in All)
        {
            process.BeginStop(StopGrace);
        }
    }

    /// <summary>
    /// Ends everything that was started here, and returns when nothing is left of it. The context starts no more.
    /// </summary>
    public void StopAll()
    {
        lock (_gate)
        {
            _closed = true;
        }

        BeginStopAll();
        Spares.Close();
        Task.WaitAll(All.Select(process => process.Ended).ToArray(), StopGrace + KillBound);
        if (_startedAny)
        {
            using var tree = ProcessTree.Of(Lineage);
            tree.Kill(SweepBound);
        }
    }
}
