using ZProc.Contexts;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core;
using ZProc.Requests;
using ZProc.Workers;

namespace ZProc.Processes;

/// <summary>The processes that this session started in one context. They end with it.</summary>
internal sealed class ProcessTable
{
    // What a context's end may take in all is five seconds; the sweep at the end needs the rest.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KillBound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SweepBound = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RecordBound = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private readonly List<ZProcess> _processes = [];
    private RequestListener? _listener;
    private bool _startedAny;
    private bool _closed;

    public ProcessTable(ZProcContext context, int spareProcesses)
    {
        _context = context;
        Spares = new SparePool(context, spareProcesses);
        SessionEnd.Watch();
    }

    /// <summary>Marks every OS process started here.</summary>
    public Lineage Lineage { get; } = Lineage.Create();

    /// <summary>Workers started in advance.</summary>
    public SparePool Spares { get; }

    /// <summary>A runspace opened in advance.</summary>
    public SpareRunspaces SpareRunspaces { get; } = new();

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

    /// <summary>Makes a process that is not started yet.</summary>
    /// <exception cref="FaultException">ContextStopped.</exception>
    public ZProcess Create(ProcessStart start, Source? parent = null) => Add(new ZProcess(_context, start, parent ?? CurrentSource.Get(_context)));

    /// <summary>Starts a process.</summary>
    /// <param name="start">What.</param>
    /// <param name="parent">Who starts it; null for whoever calls.</param>
    /// <exception cref="FaultException">ContextStopped; ProcessFailed: it could not be started.</exception>
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

    /// <summary>Makes a process anew that has ended, on the same record; not started yet. The new one takes the old one's place.</summary>
    /// <exception cref="FaultException">ContextStopped; InvalidArgument: it runs, or it is not the one that has the record.</exception>
    public ZProcess Replace(ZProcess process, ProcessStart start) =>
        Add(new ZProcess(_context, start, process.Parent, process.RecordId), replaced: process);

    /// <summary>Forgets a process that has ended, its output and its record.</summary>
    public void Remove(ZProcess process)
    {
        bool hasRecord;
        bool isLast;
        lock (_gate)
        {
            _processes.Remove(process);
            isLast = _processes.Count == 0;
            hasRecord = _processes.TrueForAll(other => other.RecordId != process.RecordId);
        }

        if (hasRecord)
        {
            RemoveRecord(process.RecordId);
        }

        process.Dispose();
        if (isLast && _context.EndsWithLastProcess)
        {
            ContextEnd.Stop(_context);
        }
    }

    /// <summary>Removes a record.</summary>
    public void RemoveRecord(Guid id) => Commit(new Change(ChangeKind.Remove, ProcessRecord.KeyOf(id)));

    /// <summary>Writes all records anew, for a server that took this session for gone.</summary>
    public void WriteRecords()
    {
        foreach (var process in All)
        {
            process.Publish();
        }
    }

    /// <summary>Does what other sessions ask of the processes here, from now on.</summary>
    public void Listen()
    {
        lock (_gate)
        {
            _listener ??= new RequestListener(_context, this);
        }
    }

    /// <summary>Writes the record of a process.</summary>
    public void WriteRecord(ZProcess process, ProcessStatus status) =>
        Commit(new Change(ChangeKind.Set, ProcessRecord.KeyOf(process.RecordId), RecordOf(process, status).Encode()));

    private ProcessRecord RecordOf(ZProcess process, ProcessStatus status) => new()
    {
        Id = process.RecordId,
        Name = process.Name,
        As = process.As.ToString(),
        Command = process.Command,
        Session = CurrentSource.SessionOf(_context),
        Parent = process.Parent.Id,
        ParentName = process.Parent.Name,
        Status = status,
    };

    /// <summary>An OS process is about to be started that is none of the processes here, and shall not outlive them.</summary>
    /// <exception cref="FaultException">ContextStopped.</exception>
    public void NoteOsProcess()
    {
        lock (_gate)
        {
            if (_closed)
            {
                throw Stopped();
            }

            _startedAny = true;
        }
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
        SpareRunspaces.Close();
        Task.WaitAll(All.Select(process => process.Ended).ToArray(), StopGrace + KillBound);
        _listener?.Dispose();
        LeaveRecords();
        if (_startedAny)
        {
            using var tree = ProcessTree.Of(Lineage);
            tree.Kill(SweepBound);
        }
    }

    /// <summary>What this session leaves behind in the state are records that nobody looks after.</summary>
    private void LeaveRecords()
    {
        if (!_context.IsOwner && All is { Count: > 0 } left)
        {
            Commit([.. left.Select(process => new Change(ChangeKind.Set, ProcessRecord.KeyOf(process.RecordId), (RecordOf(process, process.Status) with { Session = Guid.Empty }).Encode()))]);
        }
    }

    private FaultException Stopped() =>
        new(Fault.ContextStopped, $"The context '{_context.Name}' has been stopped. Start another with Start-ZProcContext.");

    private ZProcess Add(ZProcess process, ZProcess? replaced = null)
    {
        Listen(); // before anybody can know of it
        lock (_gate)
        {
            if (_closed)
            {
                process.Dispose();
                throw Stopped();
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
            _startedAny |= process.As == ProcessKind.Process;
            return process;
        }
    }

    /// <summary>
    /// Changes a record. A server that cannot be reached has no use for it, and like a record that is too large it does not
    /// keep a process from starting or ending.
    /// </summary>
    private void Commit(params Change[] changes)
    {
        try
        {
            _context.Client.Commit(new CommitRequest(KeyName.Processes, _context.Self, changes), Deadline.After(RecordBound));
        }
        catch (FaultException)
        {
            // See above.
        }
    }
}
