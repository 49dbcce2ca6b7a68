using System.Management.Automation.Runspaces;
using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core.Processes;
using ZProc.Core;
using ZProc.Output;
using ZProc.Requests;
using ZProc.Workers;

namespace ZProc.Processes;

/// <summary>
/// Looks after a process of this session: runs its attempts one after the other, each in a fresh runspace or OS process,
/// and keeps its times. What it knows it shows in the <see cref="ZProcess"/>. Thread-safe.
/// </summary>
internal sealed class Supervisor : IProcessControl, IWorkerOwner
{
    // A runspace cannot be killed: without time to stop, one that would have is given up.
    private static readonly TimeSpan LeastRunspaceGrace = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private readonly ProcessStart _start;
    private readonly ZProcess _process;
    private readonly InitialSessionState? _template;
    private readonly List<DateTime> _failures = [];
    private ProcessStatus _status = new();
    private Worker? _worker; // of the attempt that runs
    private WatchProgress? _progress;
    private DateTime _began;
    private ScriptEnd? _verdict; // how the attempt ends, whatever its worker says
    private bool _isLast; // there is no further attempt
    private Alarm? _grace;
    private Alarm? _attemptTimeout;
    private Alarm? _deadline;
    private Alarm? _next;

    /// <summary>Creates it in the session whose commands the process shall have.</summary>
    public Supervisor(ZProcContext context, ProcessStart start, ZProcess process)
    {
        _context = context;
        _start = start;
        _process = process;
        _template = start.As == ProcessKind.Runspace ? SessionTemplate.Of(context.Origin) : null;
    }

    /// <inheritdoc/>
    public ProcessStatus Status
    {
        get
        {
            lock (_gate)
            {
                return _status;
            }
        }
    }

    /// <inheritdoc/>
    public ErrorRecord? LastError { get; private set; }

    /// <inheritdoc/>
    public void Start()
    {
        ScriptEnd? end;
        Exception? failure;
        lock (_gate)
        {
            if (_status.State != ProcessState.NotStarted)
            {
                throw new FaultException(
                    Fault.InvalidArgument, $"The process '{_process.Name}' has been started or stopped before. Restart-ZProcess runs it anew.", _process.Name);
            }

            if (_start.Deadline is { } deadline)
            {
                _deadline = Alarm.After(deadline, $"ZProc deadline {_process.Name}", () => OnDeadline(deadline));
            }

            // Who wants to stop it meanwhile waits until there is something to stop.
            (end, failure) = BeginAttempt();
        }

        if (end is not null)
        {
            End(end);
        }
        else
        {
            _process.Refresh();
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <inheritdoc/>
    public void BeginStop(TimeSpan grace, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _isLast = true;
        }

        StopAttempt(grace);
    }

    /// <inheritdoc/>
    public void EndWatching()
    {
        Worker? worker;
        bool idle;
        lock (_gate)
        {
            _isLast = true;
            worker = _worker;
            idle = TakeBack();
        }

        worker?.EndWatching();
        if (idle)
        {
            End(ScriptEnd.Stopped);
        }
    }

    /// <inheritdoc/>
    public void Publish(ProcessStatus status) => _context.Processes.WriteRecord(_process, status);

    /// <inheritdoc/>
    public ZProcess Restart(CancellationToken cancellation)
    {
        var renewed = _context.Processes.Replace(_process, _start with { Name = _process.Name });
        renewed.StartJob();
        return renewed;
    }

    /// <inheritdoc/>
    public void Remove(CancellationToken cancellation) => _context.Processes.Remove(_process);

    /// <inheritdoc/>
    public OutputReceiver? Receive(bool keep, bool follow, Action arrived, CancellationToken cancellation) => null;

    void IWorkerOwner.OnOutput(OutputItem item) => _process.Written.Add(item);

    void IWorkerOwner.OnWatched(WatchProgress progress)
    {
        lock (_gate)
        {
            _progress = progress;
        }
    }

    void IWorkerOwner.OnMoved()
    {
        lock (_gate)
        {
            _status = _status with { ProcessId = _worker?.ProcessId ?? _status.ProcessId };
        }

        _process.Refresh();
    }

    void IWorkerOwner.OnEnded(ScriptEnd end)
    {
        TimeSpan? delay;
        lock (_gate)
        {
            delay = EndAttempt(ref end);
        }

        if (delay is not { } wait)
        {
            End(end);
            return;
        }

        Report(end, wait);
        _process.Refresh();
        lock (_gate)
        {
            if (!_isLast)
            {
                _next = Alarm.After(wait, $"ZProc retry {_process.Name}", BeginNext);
                return;
            }
        }

        End(_verdict ?? ScriptEnd.Stopped); // stopped before the next attempt could be planned
    }

    /// <summary>Begins the next attempt. The caller holds the gate.</summary>
    /// <returns>How the process ended, if it could not be started, and why.</returns>
    private (ScriptEnd? End, Exception? Failure) BeginAttempt()
    {
        var attempt = _status.Attempts + 1;
        _verdict = null;
        _began = DateTime.UtcNow;
        _status = _status with { State = ProcessState.Running, Attempts = attempt, Started = _status.Started ?? _began, NextAttempt = null, ProcessId = null };
        var start = attempt > 1 && _start.RetryProps is { } props ? _start with { Props = props } : _start;
        if (_progress is { } progress && start.Watch is { } watch)
        {
            start = start with { Watch = watch.After(progress) };
        }

        var order = new WorkerOrder(_context, start, _process.RecordId, _process.Name, attempt);
        Worker worker = start.As == ProcessKind.Runspace ? RunspaceWorker.Create(order, _template!, this) : new OsWorker(order, this);
        try
        {
            worker.Start();
        }
#pragma warning disable CA1031 // whatever it is, it is how the attempt failed
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (ScriptEnd.Failed(e), e);
        }

        _worker = worker;
        _status = _status with { ProcessId = worker.ProcessId };
        if (_start.AttemptTimeout is { } timeout)
        {
            _attemptTimeout = Alarm.After(timeout, $"ZProc timeout {_process.Name}", () => OnAttemptTimeout(worker, timeout));
        }

        return (null, null);
    }

    private void BeginNext()
    {
        ScriptEnd? end;
        lock (_gate)
        {
            if (_isLast)
            {
                return; // whoever stopped it took the attempt back
            }

            _next = null;
            (end, _) = BeginAttempt();
        }

        if (end is null)
        {
            _process.Refresh();
        }
        else
        {
            ((IWorkerOwner)this).OnEnded(end); // an attempt like others: perhaps the next one can be started
        }
    }

    /// <summary>Notes how the attempt ended. The caller holds the gate.</summary>
    /// <returns>After what time the next one begins; null when it was the last.</returns>
    private TimeSpan? EndAttempt(ref ScriptEnd end)
    {
        _attemptTimeout?.Dispose();
        _grace?.Dispose();
        _worker = null;
        if (_verdict is not null && end.State != ProcessState.Completed)
        {
            end = _verdict with { ExitCode = end.ExitCode };
        }

        var now = DateTime.UtcNow;
        var attempt = new ProcessAttempt(
            _status.Attempts, _status.ProcessId, _began, now, end.ExitCode, end.Error?.Exception.Message, end.Error?.FullyQualifiedErrorId);
        _status = _status with
        {
            History = [.. _status.History.TakeLast(ProcessRecord.KeptAttempts - 1), attempt],
        };
        Note(end.Error);
        if (end.State != ProcessState.Failed || _isLast || !_start.Retry.Covers(end.Names))
        {
            return null;
        }

        _verdict = null;
        _failures.Add(now);
        var delay = _start.Retry.NextDelay(_failures);
        _status = _status with { NextAttempt = now + delay };
        return delay;
    }

    /// <summary>Notes an error as the last one. The caller holds the gate.</summary>
    private void Note(ErrorRecord? error)
    {
        if (error is not null)
        {
            LastError = error;
            _status = _status with { Error = error.Exception.Message, ErrorId = error.FullyQualifiedErrorId };
        }
    }

    /// <summary>Tells whoever receives the process's output what happened.</summary>
    private void Report(ScriptEnd end, TimeSpan wait)
    {
        var report = CrashReport.Of(_process.Name, Status.History[^1], end.Error!, _start.Retry, wait);
        _process.Written.Add(new OutputItem(OutputKind.Warning, null, OutputCodec.Encode(OutputKind.Warning, new WarningRecord(report))));
    }

    /// <summary>Calls off the attempt that is waited for, be it the first. The caller holds the gate.</summary>
    /// <returns>Whether there was one, so that nobody else will end the process.</returns>
    private bool TakeBack()
    {
        if (_status.State == ProcessState.NotStarted)
        {
            _status = _status with { State = ProcessState.Stopped };
            return true;
        }

        if (_next is null)
        {
            return false;
        }

        _next.Dispose();
        _next = null;
        return true;
    }

    private void OnAttemptTimeout(Worker worker, TimeSpan timeout)
    {
        lock (_gate)
        {
            if (_worker != worker || _verdict is not null || _isLast)
            {
                return;
            }

            _verdict = ScriptEnd.Failed(new FaultException(
                Fault.Timeout, $"Attempt {_status.Attempts} of the process '{_process.Name}' took longer than {timeout.TotalSeconds} seconds and was stopped.", _process.Name));
        }

        StopAttempt(ZProcess.DefaultGrace, worker);
    }

    private void OnDeadline(TimeSpan deadline)
    {
        lock (_gate)
        {
            if (_isLast || _status.HasEnded)
            {
                return;
            }

            _isLast = true;
            _verdict = ScriptEnd.Failed(new FaultException(
                Fault.Timeout,
                $"The process '{_process.Name}' was stopped, as its deadline of {deadline.TotalSeconds} seconds passed in attempt {_status.Attempts}.",
                _process.Name,
                LastError?.Exception));
        }

        StopAttempt(ZProcess.DefaultGrace);
    }

    /// <summary>Stops the attempt that runs, or takes back the next one.</summary>
    /// <param name="grace">How long its script may take to stop.</param>
    /// <param name="only">Whose attempt it has to be; null for any.</param>
    private void StopAttempt(TimeSpan grace, Worker? only = null)
    {
        if (_start.As == ProcessKind.Runspace && grace < LeastRunspaceGrace)
        {
            grace = LeastRunspaceGrace;
        }

        Worker? worker;
        bool idle;
        lock (_gate)
        {
            worker = _worker;
            if (only is not null && worker != only)
            {
                return; // it has ended meanwhile
            }

            idle = TakeBack();
            if (worker is not null && grace > TimeSpan.Zero)
            {
                _grace?.Dispose();
                _grace = Alarm.After(grace, $"ZProc grace {_process.Name}", () => Kill(worker));
            }
        }

        if (idle)
        {
            End(_verdict ?? ScriptEnd.Stopped);
        }
        else if (grace > TimeSpan.Zero)
        {
            worker?.Stop();
        }
        else
        {
            worker?.Kill();
        }
    }

    private void Kill(Worker worker)
    {
        lock (_gate)
        {
            if (_worker != worker)
            {
                return;
            }
        }

        worker.Kill();
    }

    private void End(ScriptEnd end)
    {
        lock (_gate)
        {
            _deadline?.Dispose();
            _status = _status with { State = end.State, ExitCode = end.ExitCode, Ended = DateTime.UtcNow, NextAttempt = null };
            Note(end.Error);
        }

        _process.End(end.Error);
    }
}
