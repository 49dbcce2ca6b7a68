using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;

namespace ZProc.Workers;

/// <summary>Stops a runspace's pipelines: the one that runs now, and every one that would begin later. Thread-safe.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The source has no timer and no handle, so nothing has to be released; Stop may come after the end of the runspace.")]
internal sealed class PipelineStopper
{
    /// <summary>How long a wait until scripts cannot go on may take.</summary>
    public static readonly TimeSpan StopBound = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly CancellationTokenSource _stopped = new();
    private PowerShell? _running;
    private volatile bool _isStopping;
    private volatile bool _isHeld; // the script has waited until it was stopped
    private volatile ForegroundPrograms? _programs;

    /// <summary>Is cancelled by <see cref="Stop"/>.</summary>
    public CancellationToken Token => _stopped.Token;

    /// <summary>Notes the pipeline that is about to run.</summary>
    /// <returns>False when pipelines are stopped: this one must not run.</returns>
    public bool TryBegin(PowerShell pipeline)
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                return false;
            }

            _running = pipeline;
            return true;
        }
    }

    /// <summary>Notes that the pipeline has ended.</summary>
    public void End()
    {
        lock (_gate)
        {
            _running = null;
        }
    }

    /// <summary>
    /// Asks the pipeline to stop, so that its <c>finally</c> blocks run, and returns at once. The request itself takes as long as
    /// the script does, on a background thread: the engine's own would keep the session from exiting.
    /// </summary>
    /// <param name="grace">When the caller will give up: programs that the pipeline waits for get most of that time to end.</param>
    public void Stop(TimeSpan grace)
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
            _stopped.Cancel();
            if (_running is { } running)
            {
                RunspaceContext.Of(running.Runspace).StopDue = Deadline.After(grace);
                BackgroundThread.Start(() => Stop(running, ForegroundPrograms.ShareOf(grace)), "ZProc stop");
            }
        }
    }

    /// <summary>
    /// Waits, after <see cref="Stop(TimeSpan)"/>, until the script cannot go on. What the script waits for must not end before that.
    /// </summary>
    public void WaitUntilStopping() => WaitUntilStopping(Deadline.After(StopBound));

    /// <inheritdoc cref="WaitUntilStopping()"/>
    /// <param name="deadline">When to give up.</param>
    public void WaitUntilStopping(Deadline deadline)
    {
        PowerShell? running;
        lock (_gate)
        {
            running = _running;
        }

        if (running is not null)
        {
            WaitUntilStopping(running, deadline.Remaining);
        }
    }

    /// <summary>
    /// Lets no program begin after the request to stop and before the stop: the engine would kill it. For the script's thread, when a
    /// program is about to begin.
    /// </summary>
    public void HoldProgram()
    {
        if (_stopped.IsCancellationRequested && !_isHeld)
        {
            WaitUntilStopping();
            _isHeld = true; // what begins now is a program of a finally block
        }
    }

    /// <summary>Leaves the programs of a stopped pipeline the time to end. For the script's thread, when a program is about to be killed.</summary>
    public void WaitForPrograms() => _programs?.WaitForEnd();

    /// <summary>Lets no further pipeline begin. The one that runs is left alone.</summary>
    public void Refuse()
    {
        lock (_gate)
        {
            _isStopping = true;
        }
    }

    /// <summary>Whether a pipeline ended because it was stopped.</summary>
    // The engine does not always throw then, and an exception may be the script's own: the pipeline's state decides.
    public bool HasStopped(PowerShell pipeline) =>
        _isStopping && pipeline.InvocationStateInfo.State is PSInvocationState.Stopping or PSInvocationState.Stopped;

    private void Stop(PowerShell pipeline, TimeSpan bound)
    {
        if (ForegroundPrograms.TakeOver(pipeline.Runspace, bound) is { } programs)
        {
            _programs = programs;
            BackgroundThread.Start(() => programs.End(time => WaitUntilStopping(pipeline, time)), "ZProc terminate");
        }

        try
        {
            pipeline.Stop();
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException)
        {
            // Expected: the script ended at the same moment, and the engine meets parts that it has disposed of.
            ZProcEventSource.Log.FaultCaught(nameof(PipelineStopper), e);
        }
    }

    // The engine has no event for it.
    private static void WaitUntilStopping(PowerShell pipeline, TimeSpan bound)
    {
        var runspace = pipeline.Runspace;
        SpinWait.SpinUntil(() => pipeline.InvocationStateInfo.State != PSInvocationState.Running && EnginePipelines.IsStopping(runspace), bound);
    }
}
