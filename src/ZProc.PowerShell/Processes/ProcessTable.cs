using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Parallel;
using ZProc.Requests;
using ZProc.Workers;

namespace ZProc.Processes;

/// <summary>The processes that this session started in one context. They end with the context. Thread-safe.</summary>
internal sealed class ProcessTable
{
    // The end of a context of a session takes five seconds at most, so the three add up to that.
    private static readonly TimeSpan StopGrace = ZProcess.DefaultGrace;
    private static readonly TimeSpan KillBound = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepBound = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private readonly List<ZProcess> _processes = [];
    private readonly ParallelCalls _calls = new();
    private RequestListener? _listener;
    private bool _startedOsProcess;
    private bool _isClosed;

    /// <param name="context">The context.</param>
    /// <param name="spareProcesses">How many OS processes to keep ready.</param>
    public ProcessTable(ZProcContext context, int spareProcesses)
    {
        _context = context;
        Records = new ProcessRecords(context);
        Spares = new SparePool(context, spareProcesses);
        SessionEnd.Watch();
    }

    /// <summary>Marks each OS process that is started here, and its descendants.</summary>
    public Lineage Lineage { get; } = Lineage.Create();

    /// <summary>The records of the processes, which other sessions read.</summary>
    public ProcessRecords Records { get; }

    /// <summary>Workers started in advance.</summary>
    public SparePool Spares { get; }

    /// <summary>A runspace opened in advance.</summary>
    public SpareRunspaces SpareRunspaces { get; } = new();

    /// <summary>Where the starts of the processes are kept for the next server; null where no next server comes.</summary>
    public KeptStarts? Kept { get; private set; }

    /// <summary>All processes that have not been removed, oldest first.</summary>
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

    /// <summary>The processes that one attempt in a runspace started and that have not ended, oldest first.</summary>
    /// <param name="starter">The very object that the attempt's runspace was given.</param>
    public IReadOnlyList<ZProcess> StartedBy(Source starter)
    {
        lock (_gate)
        {
            return _processes.FindAll(process => ReferenceEquals(process.Parent, starter) && !process.HasExited);
        }
    }

    /// <summary>Whether a source is a process of this table, or an item of a call that ends with it.</summary>
    public bool Runs(Guid source) => All.Any(process => process.RecordId == source) || _calls.Run(source);

    /// <summary>Notes a call of <c>Invoke-ZParallel</c>, which ends with the table.</summary>
    /// <exception cref="FaultException">ContextStopped.</exception>
    public void Add(ParallelCall call)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                throw ContextStopped();
            }

            _calls.Add(call);
        }
    }

    /// <summary>Forgets a call that has ended.</summary>
    public void Remove(ParallelCall call) => _calls.Remove(call);

    /// <summary>Creates a process that is not started yet.</summary>
    /// <exception cref="FaultException">ContextStopped; ProcessFailed: the calling script was abandoned.</exception>
    public ZProcess Create(ProcessStart start, Source? parent = null) => Add(new ZProcess(_context, start.ForRunspace(), parent ?? CurrentSource.Get(_context)));

    /// <summary>Starts a process.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="parent">The session or process that starts it; null for the caller.</param>
    /// <exception cref="FaultException">ContextStopped; ProcessFailed: the process could not be started, or the calling script was abandoned.</exception>
    public ZProcess Start(ProcessStart start, Source? parent = null)
    {
        var process = Create(start, parent);
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

    /// <summary>
    /// Goes on with the processes that an earlier server left, and keeps the starts of all from now on. They are listed at once. Each
    /// starts again, as its retry policy says, when nothing is left of the earlier server's OS processes.
    /// </summary>
    /// <param name="kept">Where the starts are kept.</param>
    public void Resume(KeptStarts kept)
    {
        Kept = kept;
        var left = kept.FindLeft();
        if (left.Count == 0)
        {
            return;
        }

        var processes = left.Select(item => Add(new ZProcess(_context, item))).ToArray();
        var lineages = left.Select(static item => item.Lineage).OfType<Lineage>().DistinctBy(static lineage => lineage.Value).ToArray();
        BackgroundThread.Start(() => StartAgain(processes, lineages), "ZProc resume");
    }

    /// <summary>Creates a process in the place of one that has ended, with the same record. The new process is not started yet.</summary>
    /// <exception cref="FaultException">ContextStopped; InvalidArgument: the process runs, or was replaced or removed before.</exception>
    public ZProcess Replace(ZProcess process, ProcessStart start)
    {
        var renewed = Add(new ZProcess(_context, start, process.Parent, process.RecordId), replaced: process);
        _context.Watchers.Renew(renewed);
        return renewed;
    }

    /// <summary>Removes a process that has ended, with its output and its record.</summary>
    public void Remove(ZProcess process)
    {
        bool ownsRecord;
        bool isLast;
        lock (_gate)
        {
            _processes.Remove(process);
            isLast = _processes.Count == 0;
            ownsRecord = _processes.TrueForAll(other => other.RecordId != process.RecordId);
        }

        process.Dispose(); // from here on nothing writes the record again
        if (ownsRecord)
        {
            Records.Remove(process.RecordId);
            _context.Watchers.Forget(process);
        }

        if (isLast && _context.EndsWithLastProcess)
        {
            ContextEnd.Stop(_context);
        }
    }

    /// <summary>Writes all records anew, for a server that took this session for gone.</summary>
    public void WriteRecords()
    {
        foreach (var process in All)
        {
            process.Publish();
        }
    }

    /// <summary>From now on, carries out the requests of other sessions about the processes here.</summary>
    public void Listen()
    {
        lock (_gate)
        {
            _listener ??= new RequestListener(_context, this);
        }
    }

    /// <summary>Notes that an OS process is about to be started that is no process of this table, and must end with the table.</summary>
    /// <exception cref="FaultException">ContextStopped.</exception>
    public void NoteOsProcess()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                throw ContextStopped();
            }

            _startedOsProcess = true;
        }
    }

    /// <summary>Asks all processes, and the items of all calls, to stop, and returns at once.</summary>
    /// <param name="grace">When what has not stopped is killed; null for three seconds.</param>
    /// <returns>Completes when nothing of the calls runs, or a few seconds after the grace.</returns>
    public Task BeginStopAll(TimeSpan? grace = null)
    {
        var calls = _calls.BeginStop(grace ?? StopGrace);
        foreach (var process in All)
        {
            process.BeginStop(grace ?? StopGrace);
        }

        return calls;
    }

    /// <summary>Ends all that was started here, and returns when nothing is left. No process can be started after that.</summary>
    /// <param name="killBound">How long processes may take to end after they were killed; null for a second.</param>
    /// <param name="grace">How long scripts may take to stop before they are killed; null for three seconds.</param>
    public void StopAll(TimeSpan? killBound = null, TimeSpan? grace = null)
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        var stopBound = grace ?? StopGrace;
        var deadline = Deadline.After(stopBound + KillBound);
        var deadlineForKilled = Deadline.After(stopBound + (killBound ?? KillBound));
        var calls = BeginStopAll(grace);
        Spares.Close(deadline);
        SpareRunspaces.Close(deadline);
        Task.WaitAll([.. All.Select(process => process.Ended), calls], deadlineForKilled.Remaining);
        _listener?.Dispose();
        if (!_context.IsOwner && All is { Count: > 0 } left)
        {
            Records.Abandon(left); // the state goes on without this session
        }

        Records.WaitForLate(deadline.Remaining);

        if (_startedOsProcess)
        {
            using var tree = ProcessTree.Of(Lineage);
            tree.Kill(SweepBound);
        }

        if (!SessionEnd.IsEnding)
        {
            _calls.Fail(ContextStopped());
        }
    }

    private static void StartAgain(ZProcess[] processes, Lineage[] lineages)
    {
        foreach (var lineage in lineages)
        {
            // They end by themselves, since their server is gone. The finally blocks of their scripts have the usual grace.
            using var tree = ProcessTree.Of(lineage);
            tree.End(StopGrace, KillBound);
        }

        foreach (var process in processes)
        {
            try
            {
                process.StartJob();
            }
#pragma warning disable CA1031 // whatever keeps a process from starting is its end, and the others start
            catch (Exception exception)
#pragma warning restore CA1031
            {
                ZProcEventSource.Log.FaultCaught(nameof(ProcessTable), exception);
            }
        }
    }

    /// <summary>Refuses what a script starts after it was abandoned: nothing would end it.</summary>
    /// <exception cref="FaultException">ProcessFailed.</exception>
    private static void RefuseAbandoned(ZProcess process)
    {
        try
        {
            RevokedSources.ThrowIfRevoked(process.Parent);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    private FaultException ContextStopped() =>
        new(Fault.ContextStopped, $"The context '{_context.Name}' has been stopped. Start another with Start-ZProcContext.");

    private ZProcess Add(ZProcess process, ZProcess? replaced = null)
    {
        if (_context.IsReadOnly)
        {
            process.Dispose();
            throw new FaultException(
                Fault.NotPermitted, $"The context '{_context.Name}' was joined with a read-only connection string, and a process needs a record in its state. Join with the context's ConnectionString to start processes.");
        }

        Listen(); // before another session can know of the process
        lock (_gate)
        {
            if (_isClosed)
            {
                process.Dispose();
                throw ContextStopped();
            }

            if (replaced is null)
            {
                RefuseAbandoned(process);
            }

            if (replaced is not null && !(replaced.HasExited && _processes.Remove(replaced)))
            {
                process.Dispose();
                throw new FaultException(
                    Fault.InvalidArgument,
                    $"The process '{replaced.Name}' cannot be run anew: {(replaced.HasExited ? "it has been run anew or removed before. Get-ZProcess lists what there is" : "it runs. Stop it first")}.",
                    replaced.Name);
            }

            _processes.Add(process);
            _startedOsProcess |= process.As == ProcessKind.Process;
            return process;
        }
    }
}
