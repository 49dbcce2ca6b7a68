using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;
using ZProc.Core;
using ZProc.Parallel;
using ZProc.Processes;

namespace ZProc.Contexts;

/// <summary>
/// Ends contexts with their session: when its runspace closes, when the OS process exits, and at SIGTERM and SIGHUP, which
/// would otherwise end the process at once. After SIGKILL the workers end by themselves: their standard input ends.
/// </summary>
internal static class SessionEnd
{
    // Far more than the end of a context takes. A hang of one context keeps the session from ending no longer than this.
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(10);

    // How long items of calls without a context may take to end. To abandon them earlier would be of no use: their OS process ends then.
    private static readonly TimeSpan ItemBound = ZProcess.DefaultGrace + TimeSpan.FromSeconds(1);

    private static readonly object Gate = new();
    private static bool _hooked;
    private static PosixSignalRegistration? _terminate;
    private static PosixSignalRegistration? _hangUp;

    /// <summary>Whether this OS process is a worker or a server, which end by themselves: in a worker the script ends before the context.</summary>
    public static bool IsWorker { get; set; }

    /// <summary>Whether the OS process ends: a command that waits for what has ended with a context gets no error, as its script would go on for a moment.</summary>
    public static bool IsEnding { get; private set; }

    /// <summary>Watches for the end of the calling runspace, which starts or joins a context, and of the OS process.</summary>
    public static void Watch()
    {
        WatchProcess();
        lock (Gate)
        {
            if (Runspace.DefaultRunspace is { } runspace && RunspaceContext.Of(runspace) is { ExitSubscription: null } entry)
            {
                // PowerShell raises the event in the runspace that closes, before it waits for what runs there.
                entry.ExitSubscription = runspace.Events.SubscribeEvent(
                    null, PSEngineEvent.Exiting, PSEngineEvent.Exiting, null, (_, _) => End(runspace), supportEvent: true, forwardEvent: false);
            }
        }
    }

    /// <summary>Watches for the end of the OS process.</summary>
    public static void WatchProcess()
    {
        lock (Gate)
        {
            if (!_hooked && !IsWorker)
            {
                _hooked = true;
                AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAll();

                // When the handlers have returned, the signal has its usual effect, and the exit status shows it.
                _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => EndAll());
                _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => EndAll());
            }
        }
    }

    /// <summary>Ends the contexts that a runspace started or joined.</summary>
    public static void End(Runspace runspace)
    {
        foreach (var context in ContextTable.Unended.Where(context => context.Origin == runspace))
        {
            Stop(context);
        }
    }

    /// <summary>Ends a context. The session's error stream is gone by now, so failures go to the standard error of the OS process.</summary>
    private static void Stop(ZProcContext context)
    {
        foreach (var fault in ContextEnd.Stop(context))
        {
            Console.Error.WriteLine($"ZProc: {fault.Message}");
        }
    }

    private static void EndAll()
    {
        IsEnding = true;
        var deadline = Deadline.After(ItemBound);
        var calls = ParallelCalls.WithoutContext.BeginStop(ItemBound);
        StopTogether(ContextTable.Unended);
        calls.Wait(deadline.Remaining);
    }

    /// <summary>Ends several contexts at the same time: together they take no longer than the slowest, and no longer than a bound.</summary>
    private static void StopTogether(IReadOnlyList<ZProcContext> contexts)
    {
        var threads = contexts.Select(context => BackgroundThread.Start(() => Stop(context), "ZProc end")).ToArray();
        var deadline = Deadline.After(EndBound);
        foreach (var thread in threads)
        {
            thread.Join(deadline.Remaining);
        }
    }
}
