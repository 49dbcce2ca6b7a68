using System.ComponentModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Jobs;
using ZProc.Output;
using ZProc.Requests;

namespace ZProc.Processes;

/// <summary>A script that runs beside this session, as an OS process or in a runspace, shown as a PowerShell job.</summary>
public sealed class ZProcess : ProcessJob, IJobDebugger
{
    /// <summary>The time that a script may take to stop by default.</summary>
    internal static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(3);

    private readonly ZProcContext _context;
    private readonly IProcessControl _control;
    private readonly ShownStatus _shown;
    private readonly JobStreams? _streams; // null only in the constructor
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isDrained;

    /// <summary>Creates a process of this session, not started yet.</summary>
    /// <param name="context">The context.</param>
    /// <param name="start">What to start.</param>
    /// <param name="parent">The session or process that starts it.</param>
    /// <param name="record">The id of the record to go on with; null for a new record.</param>
    /// <param name="left">The process to go on with, where an earlier server left it; null for a new process.</param>
    internal ZProcess(ZProcContext context, ProcessStart start, Source parent, Guid? record = null, KeptStart? left = null)
        : base(start.Command ?? start.Script.Text, start.Name)
    {
        _context = context;
        As = start.As;
        Parent = parent;
        PSJobTypeName = nameof(ZProcess);
        if (start.Name is null)
        {
            Name = $"ZProcess{Id}";
        }

        RecordId = record ?? InstanceId;
        Written = new OutputQueue(limit: start.OutputLimit);
        _streams = OpenStreams();
        _control = new Supervisor(context, start, this, left);
        _shown = new ShownStatus(_control, ShowInJob);
        StateChanged += OnShown;
    }

    /// <summary>Creates a process that an earlier server left, not started yet.</summary>
    /// <param name="context">The context.</param>
    /// <param name="left">The process.</param>
    internal ZProcess(ZProcContext context, KeptStart left)
        : this(context, (left.Start with { Name = left.Record.Name }).ForRunspace(), new Source(left.Record.Parent, left.Record.ParentName, 0), left.Record.Id, left)
    {
    }

    /// <summary>Creates the face of a process that another session controls.</summary>
    /// <param name="context">The context.</param>
    /// <param name="record">The record of the process.</param>
    /// <param name="control">Sends requests to the other session.</param>
    internal ZProcess(ZProcContext context, ProcessRecord record, RemoteControl control)
        : base(record.Command, record.Name)
    {
        _context = context;
        As = Enum.TryParse<ProcessKind>(record.As, out var kind) ? kind : ProcessKind.Process;
        Parent = new Source(record.Parent, record.ParentName, 0);
        PSJobTypeName = nameof(ZProcess);
        RecordId = record.Id;
        Machine = record.Machine;
        IsRemote = true;
        Written = new OutputQueue();
        _streams = OpenStreams();
        _control = control;
        _shown = new ShownStatus(control, ShowInJob);
        StateChanged += OnShown;
    }

    /// <summary>Raised once, when the process has ended, on the thread that ended it.</summary>
    internal event Action? Exited;

    /// <summary>Whether the script runs in an OS process or in a runspace.</summary>
    public ProcessKind As { get; }

    /// <summary>The id of the OS process that the script runs in, or ran in last; null before the start.</summary>
    public int? ProcessId => Status.ProcessId;

    /// <summary>The state of the process. In PowerShell the property is called <c>State</c>.</summary>
    public ZProcessState ProcessState => (ZProcessState)Status.State;

    /// <summary>The exit code, once the process has ended: that of <c>exit</c>, else 0, or 1 after a failure.</summary>
    public int? ExitCode => Status.ExitCode;

    /// <summary>How many attempts have begun.</summary>
    public int Attempts => Status.Attempts;

    /// <summary>The newest attempts that have ended, oldest first.</summary>
    public IReadOnlyList<ZProcessAttempt> AttemptHistory => Status.History.Select(attempt => new ZProcessAttempt(attempt)).ToArray();

    /// <summary>When the next attempt begins; null when no attempt is planned.</summary>
    public DateTime? NextAttempt => Status.NextAttempt?.ToLocalTime();

    /// <summary>The newest error: of an attempt that was followed by another one, or of the process.</summary>
    public ErrorRecord? LastError => _control.LastError;

    /// <summary>Whether the process has ended.</summary>
    public bool HasExited => _ended.Task.IsCompleted;

    /// <summary>When the first attempt began.</summary>
    public DateTime? StartTime => Status.Started?.ToLocalTime();

    /// <summary>When the process ended.</summary>
    public DateTime? EndTime => Status.Ended?.ToLocalTime();

    /// <summary>The name of the session or process that started this process.</summary>
    public string ParentName => Parent.Name;

    /// <summary>The key of the record in the namespace <c>$processes</c>.</summary>
    public Guid RecordId { get; }

    /// <summary>The debugger of a script that runs in a runspace of this session.</summary>
    /// <exception cref="FaultException">InvalidArgument: the script runs elsewhere, or not at this moment.</exception>
    Debugger IJobDebugger.Debugger => _control.Debugger;

    /// <summary>Whether a debugger ignores the process when it looks for jobs to attach to.</summary>
    bool IJobDebugger.IsAsync { get; set; } = true;

    /// <inheritdoc/>
    public override bool HasMoreData => Written.HasMore || _streams!.HasMore || (IsRemote && !_isDrained);

    /// <inheritdoc/>
    public override string StatusMessage => Failure?.Exception.Message ?? string.Empty;

    /// <inheritdoc/>
    public override string Location => Machine;

    /// <summary>The session or process that started this process.</summary>
    internal Source Parent { get; }

    /// <summary>Whether another session controls the process.</summary>
    public bool IsRemote { get; }

    /// <summary>The machine that the process runs on.</summary>
    public string Machine { get; } = Environment.MachineName;

    /// <summary>The status as it was shown last.</summary>
    internal ProcessStatus Status => _shown.Current;

    /// <summary>The runspace whose job list holds the process.</summary>
    internal Runspace? Origin { get; } = Runspace.DefaultRunspace;

    /// <summary>The output that has not been received.</summary>
    internal OutputQueue Written { get; }

    /// <summary>The right to send the output to another session.</summary>
    internal SendTurn SendTurn { get; } = new();

    /// <summary>The error by which the process failed.</summary>
    internal ErrorRecord? Failure { get; private set; }

    /// <summary>Whether the process has ended because its script did not stop: the script may still run.</summary>
    internal bool WasAbandoned => _control.Status.WasAbandoned;

    /// <summary>Completes when the process has ended, its output is complete and its record written.</summary>
    internal Task Ended => _ended.Task;

    /// <inheritdoc/>
    public override void StartJob() => _control.Start();

    /// <inheritdoc/>
    public override void StopJob()
    {
        BeginStop(DefaultGrace);
        _ended.Task.Wait();
    }

    /// <inheritdoc/>
    public override void StopJobAsync()
    {
        BeginStop(DefaultGrace);
        _ended.Task.ContinueWith(_ => OnStopJobCompleted(new AsyncCompletedEventArgs(null, false, null)), TaskScheduler.Default);
    }

    /// <inheritdoc cref="IProcessControl.BeginStop"/>
    internal void BeginStop(TimeSpan grace, CancellationToken cancellation = default) => _control.BeginStop(grace, cancellation);

    /// <inheritdoc cref="IProcessControl.Remove"/>
    internal void Remove(CancellationToken cancellation = default) => _control.Remove(cancellation);

    /// <inheritdoc cref="IProcessControl.Restart"/>
    internal ZProcess Restart(CancellationToken cancellation = default) => _control.Restart(cancellation);

    /// <inheritdoc cref="IProcessControl.Receive"/>
    internal OutputReceiver? Receive(bool keep, bool follow, Action arrived, CancellationToken cancellation) =>
        _control.Receive(keep, follow, arrived, cancellation);

    /// <summary>Notes that all output of a process of another session has been received.</summary>
    internal void NoteDrained() => _isDrained = HasExited;

    /// <summary>Ends a watcher's process, and returns when it has ended. With force, a call of the action that is running is stopped.</summary>
    internal void EndWatching(bool force, CancellationToken cancellation)
    {
        if (force)
        {
            BeginStop(DefaultGrace, cancellation);
        }
        else
        {
            _control.EndWatching();
        }

        // An action that ends its own watcher would wait for itself.
        if (CurrentSource.Get(_context).Id != RecordId)
        {
            _ended.Task.Wait(cancellation);
        }
    }

    /// <summary>Takes output back from the job streams into <see cref="Written"/>, where it is in its order.</summary>
    internal void GatherOutput() => UnloadJobStreams();

    /// <inheritdoc cref="ShownStatus.Refresh"/>
    internal void Refresh() => _shown.Refresh();

    /// <inheritdoc cref="ShownStatus.Publish"/>
    internal void Publish() => _shown.Publish();

    /// <summary>Ends the process: completes its output, shows the end, and releases all that wait for it.</summary>
    /// <param name="failure">The error by which the process failed; null when it did not fail.</param>
    /// <param name="isWritten">Whether the error is in the output already.</param>
    internal void End(ErrorRecord? failure, bool isWritten = false)
    {
        Failure = failure;
        try
        {
            if (failure is not null && !isWritten)
            {
                Written.Add(new OutputItem(OutputKind.Failure, failure, default));
            }

            if (!IsRemote)
            {
                Written.Complete(); // output that another session holds comes when a command asks for it
                _streams!.Complete();
            }

            _shown.ShowEnd();
        }
        catch (ObjectDisposedException expected)
        {
            // Expected: the process was removed while it ran.
            ZProcEventSource.Log.FaultCaught(nameof(ZProcess), expected);
        }
        finally
        {
            Release();
        }
    }

    /// <inheritdoc/>
    protected override void DoLoadJobStreams() => _streams!.Load();

    /// <inheritdoc/>
    protected override void DoUnloadJobStreams() => _streams?.Unload();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _shown.Close())
        {
            Written.Dispose();
        }

        base.Dispose(disposing);
    }

    private JobStreams OpenStreams()
    {
        var streams = new JobStreams(this);
        UnloadJobStreams(); // so that PowerShell loads the streams when a command first reads them
        return streams;
    }

    /// <summary>
    /// The job has a new state. This is the first handler of the event: a handler of the user may wait for the process, or for a
    /// thread that waits for the process.
    /// </summary>
    private void OnShown(object? sender, JobStateEventArgs change)
    {
        _shown.NoteShown();
        if (change.JobStateInfo.State is JobState.Completed or JobState.Failed or JobState.Stopped)
        {
            Release();
        }
    }

    /// <summary>Releases all that wait for the end, once.</summary>
    private void Release()
    {
        if (_ended.TrySetResult())
        {
            Written.Announce();
            Exited?.Invoke();
        }
    }

    private void ShowInJob(ProcessStatus status)
    {
        PSBeginTime = StartTime;
        PSEndTime = EndTime;
        var state = status.State switch
        {
            Core.Processes.ProcessState.NotStarted => JobState.NotStarted,
            Core.Processes.ProcessState.Running => JobState.Running,
            Core.Processes.ProcessState.Completed => JobState.Completed,
            Core.Processes.ProcessState.Stopped => JobState.Stopped,
            _ => JobState.Failed,
        };
        if (Failure is null || !JobReason.TrySet(this, state, Failure.Exception))
        {
            SetJobState(state);
        }
    }
}
