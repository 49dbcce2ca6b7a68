using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using ZProc.Core;
using ZProc.Contexts;
using ZProc.Core.Processes;
using ZProc.Errors;
using ZProc.Processes;

namespace ZProc.Workers;

/// <summary>
/// Ends a worker's OS process: its script, the processes that the script started with ZProc, and every other program that it
/// started. Each step takes a bounded time. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "It lives as long as its OS process.")]
internal sealed class WorkerEnd
{
    // The bounds together stay within the five seconds after which nothing is left of a session that was killed.
    private static readonly TimeSpan StopBound = ZProcess.DefaultGrace;
    private static readonly TimeSpan OutputBound = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LeftoverBound = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan TreeBound = TimeSpan.FromMilliseconds(700);

    private readonly Lineage _lineage;
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _done = new();
    private int _isStopping;
    private Deadline? _killDue; // set before _stop is cancelled
    private volatile bool _isOrphaned;
    private volatile ZProcContext? _context;
    private volatile ScriptRunspace? _runspace;
    private volatile ScriptEnd? _signalled;
    private volatile string _name = string.Empty;

    /// <param name="lineage">The lineage that tells the worker's programs from others.</param>
    public WorkerEnd(Lineage lineage) => _lineage = lineage;

    /// <summary>Is cancelled when the script has to stop, on the thread that stops it: a registration must not wait.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>How long a script may take to stop. Is set before <see cref="Stopping"/> is cancelled.</summary>
    public TimeSpan Grace { get; private set; }

    /// <summary>
    /// How long the processes that the script started may still take to stop, where the script has to stop: as long as the script
    /// itself, and three seconds at least. Null where it does not have to.
    /// </summary>
    public TimeSpan? GraceOfProcesses => !_stop.IsCancellationRequested ? null : _killDue!.Value.Remaining is var left && left > StopBound ? left : StopBound;

    /// <summary>The context, once there is one.</summary>
    public ZProcContext? Context
    {
        get => _context;
        set => _context = value;
    }

    /// <summary>The runspace of the script, once there is one.</summary>
    public ScriptRunspace? Runspace
    {
        get => _runspace;
        set => _runspace = value;
    }

    /// <summary>The process's name, for errors.</summary>
    public string Name
    {
        get => _name;
        set => _name = value;
    }

    /// <summary>How the script ended because of a signal from outside ZProc; null without such a signal.</summary>
    public ScriptEnd? Signalled => _signalled;

    /// <summary>
    /// Asks the script and the processes that it started to stop, so that their <c>finally</c> blocks run; returns at once. All
    /// of them stop at the same time, because whoever stops this worker gives one grace for all.
    /// </summary>
    /// <param name="grace">When the worker will be killed.</param>
    public void StopScript(TimeSpan grace)
    {
        if (Interlocked.Exchange(ref _isStopping, 1) == 0)
        {
            Grace = grace;
            _killDue = Deadline.After(grace);
            _stop.Cancel();
            BackgroundThread.Start(ReleaseScript, "ZProc stop");
        }
    }

    /// <summary>Ends the worker because of a signal, in bounded time.</summary>
    /// <param name="signal">The signal's name.</param>
    /// <param name="code">The exit code that a shell shows for it.</param>
    public void EndBySignal(string signal, int code)
    {
        _signalled = ScriptEnd.Failed(ProcessErrors.Signalled(Name, signal), code) with { IsExit = true, Signal = signal };
        EndEverything();
    }

    /// <summary>Ends the worker because its parent is gone, in bounded time. Does not return.</summary>
    public void EndOrphan()
    {
        _isOrphaned = true;
        EndEverything();
        ChildProcess.WaitForAll(OutputBound); // a child that was killed leaves files to remove
        RuntimeFiles.Remove([Environment.ProcessId]);
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    /// <summary>
    /// Waits for the programs that have time to end, after the script has ended and the parent knows how. They may take as long as the
    /// grace of whoever stopped them. Does not return when the parent is gone.
    /// </summary>
    public void WaitForPrograms()
    {
        _done.Set();
        if (_isOrphaned)
        {
            Thread.Sleep(Timeout.Infinite); // EndOrphan kills this process, on another thread
        }

        ProgramEnd.WaitForAll();
    }

    /// <summary>Exits, after <see cref="WaitForPrograms"/>. Programs that the script started are killed. Does not return.</summary>
    public void Exit(int code)
    {
        KillDescendants();
        Environment.Exit(code);
    }

    /// <summary>
    /// Stops the processes that the script started, and frees a script that waits for a program in the background.
    /// Stopping ends the script's program in the foreground, but not the programs that this one had started. As long as one of them
    /// holds the pipe that the script reads, the script waits, and its <c>finally</c> blocks would not run before it is killed.
    /// </summary>
    private void ReleaseScript()
    {
        Runspace?.WaitUntilStopping();
        Context?.Processes.BeginStopAll(GraceOfProcesses);
        using var tree = ProcessTree.OfSelf(_lineage);
        while (!_done.Wait(OutputBound))
        {
            tree.KillOrphanedWriters();
        }
    }

    private void EndEverything()
    {
        StopScript(StopBound);
        _done.Wait(StopBound);
        KillDescendants();
    }

    private void KillDescendants()
    {
        if (ProcessTree.HasStartedNothing)
        {
            return;
        }

        using var tree = ProcessTree.OfSelf(_lineage);
        tree.End(LeftoverBound, TreeBound);
    }
}
