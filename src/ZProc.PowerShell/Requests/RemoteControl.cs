using System.Collections.Specialized;
using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Errors;
using ZProc.Processes;

namespace ZProc.Requests;

/// <summary>Controls a process of another session: reads its record, and sends requests to that session.</summary>
internal sealed class RemoteControl : IProcessControl
{
    // The thread that applies a record shows it. A handler of the user may hold that thread.
    private static readonly TimeSpan ShowBound = TimeSpan.FromSeconds(5);

    private readonly ZProcContext _context;
    private readonly TaskCompletionSource _shown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ProcessRecord _record;
    private long _revision;

    public RemoteControl(ZProcContext context, ProcessRecord record)
    {
        _context = context;
        _record = record;
    }

    /// <summary>The process.</summary>
    public ZProcess Process { get; set; } = null!;

    /// <summary>The newest known record of the process.</summary>
    public ProcessRecord Record
    {
        get => _record;
        set => _record = value;
    }

    /// <summary>The revision of that record. Written under the gate of <see cref="RemoteProcesses"/>.</summary>
    public long Revision
    {
        get => Interlocked.Read(ref _revision);
        set => Interlocked.Exchange(ref _revision, value);
    }

    /// <inheritdoc/>
    public ProcessStatus Status => _record.Status;

    /// <summary>The newest error, as far as the record holds it. The whole error comes with the output.</summary>
    public ErrorRecord? LastError => Status.State == ProcessState.Lost ? ProcessErrors.Lost(_record.Name, _record.Machine)
        : Status.Error is { } message ? new ErrorRecord(new ZProcRemoteException([typeof(Exception).FullName!], message, null), Status.ErrorId, ErrorCategory.NotSpecified, _record.Name)
        : null;

    /// <inheritdoc/>
    public Debugger Debugger => throw new FaultException(
        Fault.InvalidArgument, $"The process '{_record.Name}' belongs to another session. Debug it there.", _record.Name);

    private bool HasController => Status.State != ProcessState.Lost && _record.Session != Guid.Empty;

    /// <summary>When commands no longer wait for processes that are to be shown: a moment from now, which a command has once for all of them.</summary>
    public static Deadline NewShowDeadline() => Deadline.After(ShowBound);

    /// <summary>Waits until the process shows a record, or the deadline has passed.</summary>
    /// <returns>The process.</returns>
    public ZProcess WaitUntilShown(Deadline deadline)
    {
        _shown.Task.Wait(deadline.Remaining);
        return Process;
    }

    /// <summary>Notes that the process shows a record.</summary>
    public void NoteShown() => _shown.TrySetResult();

    /// <summary>Whether a newer record tells of this process. Else it tells of another one on the same record: one that has ended neither begins nor ends again, and each has its own beginning.</summary>
    public bool IsToldOfBy(ProcessRecord newer) => Status.HasEnded
        ? newer.Status.HasEnded && newer.Status.Started == Status.Started && newer.Status.Ended == Status.Ended
        : Status.Started is not { } started || newer.Status.Started == started;

    /// <inheritdoc/>
    public void Start() => throw new FaultException(
        Fault.InvalidArgument, $"The process '{_record.Name}' belongs to another session. Start it there.", _record.Name);

    /// <inheritdoc/>
    public void BeginStop(TimeSpan grace, CancellationToken cancellation)
    {
        if (!Status.HasEnded)
        {
            Ask(RequestKind.Stop, cancellation, new OrderedDictionary { ["grace"] = grace });
        }
    }

    /// <inheritdoc/>
    public void EndWatching() => BeginStop(ZProcess.DefaultGrace, CancellationToken.None);

    /// <inheritdoc/>
    public void Publish(ProcessStatus status)
    {
        // The session that controls the process writes the record.
    }

    /// <inheritdoc/>
    public ZProcess Restart(CancellationToken cancellation)
    {
        Ask(RequestKind.Restart, cancellation);
        return _context.RemoteProcesses.Find(_record.Id, cancellation)
            ?? throw new FaultException(Fault.ProcessFailed, $"The process '{_record.Name}' was removed while it was restarted.", _record.Name);
    }

    /// <inheritdoc/>
    public void Remove(CancellationToken cancellation)
    {
        if (!HasController)
        {
            RemoveRecord();
        }
        else
        {
            Ask(RequestKind.Remove, cancellation);
        }

        _context.RemoteProcesses.Forget(Process);
    }

    /// <inheritdoc/>
    public OutputReceiver? Receive(bool keep, bool follow, Action arrived, CancellationToken cancellation) =>
        HasController
            ? new OutputReceiver(_context, _record, Process.Written, keep, follow, arrived, cancellation)
            : null; // the output is lost with its session

    /// <summary>Removes the record, unless it tells of another process by now.</summary>
    /// <exception cref="FaultException">InvalidArgument: the record has changed.</exception>
    private void RemoveRecord()
    {
        try
        {
            _context.Client.Commit(new CommitRequest(KeyName.Processes, _context.Self, [
                new Change(ChangeKind.Remove, _record.Key, Precondition: new Precondition(PreconditionKind.RevisionIs, Revision)),
            ]));
        }
        catch (FaultException fault) when (fault.Fault == Fault.Conflict)
        {
            throw new FaultException(
                Fault.InvalidArgument, $"The record of the process '{_record.Name}' has changed meanwhile. Get-ZProcess -All shows its state.", _record.Name, fault);
        }
    }

    private void Ask(RequestKind kind, CancellationToken cancellation, OrderedDictionary? details = null) =>
        ProcessRequests.Ask(_context, _record, kind, details, cancellation);
}
