using System.ComponentModel;
using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.State;

namespace ZProc.PowerShell;

/// <summary>A script that runs beside this session, as an OS process or in a runspace. It is a PowerShell job, too.</summary>
public sealed class ZProcess : Job2, IWorkerOwner
{
    /// <summary>How long a script may take to stop when nobody says.</summary>
    internal static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(3);

    // A runspace cannot be killed: without time to stop, one that would have is given up.
    private static readonly TimeSpan LeastRunspaceGrace = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly object _recordGate = new();
    private readonly ZProcContext _context;
    private readonly ProcessStart _start;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Worker? _worker;
    private bool _stopRequested;
    private bool _disposed;

    internal ZProcess(ZProcContext context, ProcessStart start, Source parent)
        : base(start.Script.Text, start.Name)
    {
        _context = context;
        _start = start;
        Parent = parent;
        PSJobTypeName = nameof(ZProcess);
        if (start.Name is null)
        {
            Name = $"ZProcess{Id}";
        }
    }

    /// <summary>What it runs as.</summary>
    public ProcessKind As => _start.As;

    /// <summary>The OS process it runs in; null before it has started.</summary>
    public int? ProcessId => _worker?.ProcessId;

    /// <summary>Where it stands.</summary>
    public JobState State => JobStateInfo.State;

    /// <summary>Its exit code once it has ended: what <c>exit</c> said, else 0, or 1 when it failed.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>How often its script was run.</summary>
    public int Attempts { get; private set; }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _ended.Task.IsCompleted;

    /// <summary>When it started.</summary>
    public DateTime? StartTime { get; private set; }

    /// <summary>When it ended.</summary>
    public DateTime? EndTime { get; private set; }

    /// <inheritdoc/>
    public override bool HasMoreData => Written.HasMore;

    /// <inheritdoc/>
    public override string StatusMessage => Failure?.Exception.Message ?? string.Empty;

    /// <inheritdoc/>
    public override string Location => Environment.MachineName;

    /// <summary>Who started it.</summary>
    internal Source Parent { get; }

    /// <summary>What it wrote and nobody has received.</summary>
    internal OutputQueue Written { get; } = new();

    /// <summary>Why it failed.</summary>
    internal ErrorRecord? Failure { get; private set; }

    /// <summary>The state that it is in or about to announce.</summary>
    internal JobState NextState { get; private set; }

    /// <summary>Completes when it has ended: its output is complete, its record written.</summary>
    internal Task Ended => _ended.Task;

    /// <inheritdoc/>
    public override void StartJob()
    {
        try
        {
            lock (_gate)
            {
                if (_worker is not null || HasExited)
                {
                    throw new InvalidJobStateException(JobState.NotStarted, "The process has been started before.");
                }

                // Who wants to stop or end it meanwhile waits until there is something to stop or end.
                if (!_stopRequested)
                {
                    StartWorker();
                }
            }
        }
        catch (Exception e) when (e is not InvalidJobStateException)
        {
            End(ScriptEnd.Failed(e));
            throw;
        }

        if (_worker is null)
        {
            End(ScriptEnd.Stopped);
            return;
        }

        WriteRecord(JobState.Running);
    }

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
    internal void BeginStop(TimeSpan grace)
    {
        Worker worker;
        lock (_gate)
        {
            _stopRequested = true;
            if (_worker is null || HasExited)
            {
                return;
            }

            worker = _worker;
        }

        if (As == ProcessKind.Runspace && grace < LeastRunspaceGrace)
        {
            grace = LeastRunspaceGrace;
        }

        if (grace <= TimeSpan.Zero)
        {
            worker.Kill();
            return;
        }

        worker.Stop();
        if (!_ended.Task.IsCompleted)
        {
            // Its own thread: a grace that depends on the thread pool is none when that is busy.
            new Thread(() => KillAfter(worker, grace)) { IsBackground = true, Name = $"ZProc grace {Name}" }.Start();
        }
    }

    /// <summary>Forgets it, when it has ended: its output and its record.</summary>
    internal void Remove() => _context.Processes.Remove(this);

    /// <summary>Ends a watcher's process: after the call of its action that is running, if any, or with force by stopping that call.</summary>
    internal void EndWatching(bool force, CancellationToken cancellation)
    {
        if (force)
        {
            BeginStop(DefaultGrace);
        }
        else
        {
            lock (_gate)
            {
                _stopRequested = true;
                _worker?.EndWatching();
            }
        }

        // An action that ends its own watcher cannot wait for its own end.
        if (CurrentSource.Get(_context).Id != InstanceId)
        {
            _ended.Task.Wait(cancellation);
        }
    }

    void IWorkerOwner.OnOutput(OutputItem item) => Written.Add(item);

    void IWorkerOwner.OnMoved() => WriteRecord(JobState.Running);

    void IWorkerOwner.OnEnded(ScriptEnd end) => End(end);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            Written.Dispose();
        }

        base.Dispose(disposing);
    }

    private static InvalidOperationException NotSuspendable() => new("A ZProc process cannot be suspended. Stop it instead.");

    private void StartWorker()
    {
        Attempts++;
        StartTime = DateTime.Now;
        NextState = JobState.Running;
        SetJobState(JobState.Running);
        var order = new WorkerOrder(_context, _start, InstanceId, Name, Attempts);
        Worker worker = As == ProcessKind.Runspace ? new RunspaceWorker(order, this) : new OsWorker(order, this);
        worker.Start();
        _worker = worker;
    }

    /// <summary>Writes the record, unless things have gone on since.</summary>
    private void WriteRecord(JobState state)
    {
        lock (_recordGate)
        {
            if (NextState == state)
            {
                ProcessRecord.Write(_context, this);
            }
        }
    }

    private void KillAfter(Worker worker, TimeSpan grace)
    {
        if (!_ended.Task.Wait(grace))
        {
            worker.Kill();
        }
    }

    private void End(ScriptEnd end)
    {
        lock (_gate)
        {
            Failure = end.Error;
            ExitCode = end.ExitCode;
            EndTime = DateTime.Now;
            NextState = end.State;
        }

        try
        {
            if (Failure is not null)
            {
                Written.Add(new OutputItem(OutputKind.Error, Failure, default));
            }

            Written.Complete();
            WriteRecord(end.State);
            SetJobState(end.State);
        }
        catch (ObjectDisposedException)
        {
            // It was removed while it ran.
        }
        finally
        {
            _ended.SetResult();
            Written.Announce();
        }
    }
}
