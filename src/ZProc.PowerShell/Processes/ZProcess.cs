using System.ComponentModel;
using System.Management.Automation.Runspaces;
using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core;
using ZProc.Jobs;
using ZProc.Output;
using ZProc.Requests;

namespace ZProc.Processes;

/// <summary>A script that runs beside this session, as an OS process or in a runspace. It is a PowerShell job, too.</summary>
public sealed class ZProcess : Job2
{
    /// <summary>How long a script may take to stop when nobody says.</summary>
    internal static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(3);

    private readonly object _showGate = new(); // taken before the gate of whoever looks after it, never after
    private readonly ZProcContext _context;
    private readonly IProcessControl _control;
    private readonly JobStreams? _streams; // null only while it is made
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ProcessStatus _status = new();
    private volatile bool _isDrained;
    private bool _disposed;

    /// <summary>Makes one of this session, not started yet.</summary>
    /// <param name="context">Where.</param>
    /// <param name="start">What.</param>
    /// <param name="parent">Who starts it.</param>
    /// <param name="record">The record that it goes on with; null for one of its own.</param>
    internal ZProcess(ZProcContext context, ProcessStart start, Source parent, Guid? record = null)
        : base(start.Script.Text, start.Name)
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
        _control = new Supervisor(context, start, this);
    }

    /// <summary>Makes one that another session looks after.</summary>
    /// <param name="context">Where.</param>
    /// <param name="record">Its record.</param>
    /// <param name="control">The way to that session.</param>
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
    }

    /// <summary>Called once it has ended, on the thread that ended it.</summary>
    internal event Action? Exited;

    /// <summary>What it runs as.</summary>
    public ProcessKind As { get; }

    /// <summary>The OS process it runs in, or ran in last; null before it has started.</summary>
    public int? ProcessId => _status.ProcessId;

    /// <summary>Where it stands. In PowerShell this is its <c>State</c>.</summary>
    public ZProcessState ProcessState => (ZProcessState)_status.State;

    /// <summary>Its exit code once it has ended: what <c>exit</c> said, else 0, or 1 when it failed.</summary>
    public int? ExitCode => _status.ExitCode;

    /// <summary>How often its script was run.</summary>
    public int Attempts => _status.Attempts;

    /// <summary>The newest attempts that have ended, oldest first.</summary>
    public IReadOnlyList<ZProcessAttempt> AttemptHistory => _status.History.Select(attempt => new ZProcessAttempt(attempt)).ToArray();

    /// <summary>When its next attempt begins; null when none is waited for.</summary>
    public DateTime? NextAttempt => _status.NextAttempt?.ToLocalTime();

    /// <summary>Its last error: of an attempt that was followed by another one, or why it failed.</summary>
    public ErrorRecord? LastError => _control.LastError;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _ended.Task.IsCompleted;

    /// <summary>When it started.</summary>
    public DateTime? StartTime => _status.Started?.ToLocalTime();

    /// <summary>When it ended.</summary>
    public DateTime? EndTime => _status.Ended?.ToLocalTime();

    /// <summary>The name of the session or process that started it.</summary>
    public string ParentName => Parent.Name;

    /// <summary>Its key in the namespace <c>$processes</c>.</summary>
    public Guid RecordId { get; }

    /// <inheritdoc/>
    public override bool HasMoreData => Written.HasMore || _streams!.HasMore || (IsRemote && !_isDrained);

    /// <inheritdoc/>
    public override string StatusMessage => Failure?.Exception.Message ?? string.Empty;

    /// <inheritdoc/>
    public override string Location => Machine;

    /// <summary>Who started it.</summary>
    internal Source Parent { get; }

    /// <summary>Whether another session looks after it.</summary>
    public bool IsRemote { get; }

    /// <summary>The machine it runs on.</summary>
    public string Machine { get; } = Environment.MachineName;

    /// <summary>Where it stands, as it is shown.</summary>
    internal ProcessStatus Status => _status;

    /// <summary>The runspace that it is a job of.</summary>
    internal Runspace? Origin { get; } = Runspace.DefaultRunspace;

    /// <summary>What it wrote and nobody has received.</summary>
    internal OutputQueue Written { get; }

    /// <summary>Held by the one that sends what it wrote to another session.</summary>
    internal SendTurn SendTurn { get; } = new();

    /// <summary>Why it failed.</summary>
    internal ErrorRecord? Failure { get; private set; }

    /// <summary>Completes when it has ended: its output is complete, its record written.</summary>
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
    public override void StopJob(bool force, string reason) => StopJob();

    /// <inheritdoc/>
    public override void StartJobAsync()
    {
        StartJob();
        OnStartJobCompleted(new AsyncCompletedEventArgs(null, false, null));
    }

    /// <inheritdoc/>
    public override void StopJobAsync()
    {
        BeginStop(DefaultGrace);
        _ended.Task.ContinueWith(_ => OnStopJobCompleted(new AsyncCompletedEventArgs(null, false, null)), TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public override void StopJobAsync(bool force, string reason) => StopJobAsync();

    /// <inheritdoc/>
    public override void SuspendJob() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void SuspendJob(bool force, string reason) => throw NotSuspendable();

    /// <inheritdoc/>
    public override void SuspendJobAsync() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void SuspendJobAsync(bool force, string reason) => throw NotSuspendable();

    /// <inheritdoc/>
    public override void ResumeJob() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void ResumeJobAsync() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void UnblockJob() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void UnblockJobAsync() => throw NotSuspendable();

    /// <summary>Asks the script to stop, and returns at once. After the grace an OS process is killed and a runspace abandoned.</summary>
    internal void BeginStop(TimeSpan grace, CancellationToken cancellation = default) => _control.BeginStop(grace, cancellation);

    /// <inheritdoc cref="IProcessControl.Remove"/>
    internal void Remove(CancellationToken cancellation = default) => _control.Remove(cancellation);

    /// <inheritdoc cref="IProcessControl.Restart"/>
    internal ZProcess Restart(CancellationToken cancellation = default) => _control.Restart(cancellation);

    /// <inheritdoc cref="IProcessControl.Receive"/>
    internal OutputReceiver? Receive(bool keep, bool follow, Action arrived, CancellationToken cancellation) =>
        _control.Receive(keep, follow, arrived, cancellation);

    /// <summary>Notes that a process of another session has written nothing more than has been received.</summary>
    internal void NoteDrained() => _isDrained = HasExited;

    /// <summary>Ends a watcher's process: after the call of its action that is running, if any, or with force by stopping that call.</summary>
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

        // An action that ends its own watcher cannot wait for its own end.
        if (CurrentSource.Get(_context).Id != RecordId)
        {
            _ended.Task.Wait(cancellation);
        }
    }

    /// <summary>Takes what was written back from the streams of a job, where somebody has looked at those: here it is in its order.</summary>
    internal void GatherOutput() => UnloadJobStreams();

    /// <summary>Shows where it stands now, in its record, too.</summary>
    internal void Refresh()
    {
        lock (_showGate)
        {
            if (!_disposed && _control.Status is { HasEnded: false } status)
            {
                Show(status);
            }
        }
    }

    /// <summary>Writes its record anew.</summary>
    internal void Publish()
    {
        lock (_showGate)
        {
            if (!_disposed)
            {
                _control.Publish(_status);
            }
        }
    }

    /// <summary>Shows that it has ended.</summary>
    /// <param name="failure">Why it failed; null when it did not.</param>
    /// <param name="isWritten">Whether that is among what it wrote already.</param>
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
                Written.Complete(); // what another session has comes when it is asked for
                _streams!.Complete();
            }

            lock (_showGate)
            {
                if (!_disposed)
                {
                    Show(_control.Status);
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // It was removed while it ran.
        }
        finally
        {
            _ended.SetResult();
            Written.Announce();
            Exited?.Invoke();
        }
    }

    /// <inheritdoc/>
    protected override void DoLoadJobStreams() => _streams!.Load();

    /// <inheritdoc/>
    protected override void DoUnloadJobStreams() => _streams?.Unload();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_showGate)
            {
                if (!_disposed)
                {
                    _disposed = true;
                    Written.Dispose();
                }
            }
        }

        base.Dispose(disposing);
    }

    private JobStreams OpenStreams()
    {
        var streams = new JobStreams(this);
        UnloadJobStreams(); // whoever looks at them first fills them
        return streams;
    }

    private static InvalidOperationException NotSuspendable() => new("A ZProc process cannot be suspended. Stop it instead.");

    private void Show(ProcessStatus status)
    {
        _status = status;
        PSBeginTime = StartTime;
        PSEndTime = EndTime;
        _control.Publish(status);
        SetJobState(
            status.State switch
            {
                Core.Processes.ProcessState.NotStarted => JobState.NotStarted,
                Core.Processes.ProcessState.Running => JobState.Running,
                Core.Processes.ProcessState.Completed => JobState.Completed,
                Core.Processes.ProcessState.Stopped => JobState.Stopped,
                _ => JobState.Failed,
            });
    }
}
