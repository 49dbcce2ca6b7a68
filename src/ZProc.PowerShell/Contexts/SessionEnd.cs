using System.Management.Automation.Runspaces;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ZProc.Contexts;

/// <summary>
/// Sees to it that contexts end with their session: when its runspace closes, when the OS process exits, and on the
/// signals that would otherwise end it without a word. Against SIGKILL helps only what the workers do by themselves.
/// </summary>
internal static class SessionEnd
{
    private static readonly object Gate = new();
    private static readonly ConditionalWeakTable<Runspace, PSEventSubscriber> Subscriptions = new();
    private static bool _hooked;
    private static PosixSignalRegistration? _terminate;
    private static PosixSignalRegistration? _hangUp;

    /// <summary>Set in workers, which see to their own end: the script's comes before the context's.</summary>
    public static bool IsWorker { get; set; }

    /// <summary>Watches over the calling runspace, which starts or joins a context, and over the OS process.</summary>
    public static void Watch()
    {
        lock (Gate)
        {
            if (!_hooked && !IsWorker)
            {
                _hooked = true;
                AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAll();

                // Once the handlers return, the signal does what it would have done, and the exit status says so.
                _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => EndAll());
                _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => EndAll());
            }

            if (Runspace.DefaultRunspace is { } runspace && !Subscriptions.TryGetValue(runspace, out _))
            {
                // The event is raised in whichever runspace closes, before it waits for what runs in it.
                Subscriptions.Add(runspace, runspace.Events.SubscribeEvent(
                    null, PSEngineEvent.Exiting, PSEngineEvent.Exiting, null, (_, _) => End(runspace), supportEvent: true, forwardEvent: false));
            }
        }
    }

    /// <summary>Ends the contexts that a runspace started or joined.</summary>
    public static void End(Runspace runspace)
    {
        foreach (var context in ContextTable.Everything.Where(context => context.Origin == runspace))
        {
            Stop(context);
        }
    }

    /// <summary>Ends a context. The session's error stream is gone by now, so what has to be said goes to the process's.</summary>
    private static void Stop(ZProcContext context)
    {
        foreach (var fault in ContextFactory.Stop(context))
        {
            Console.Error.WriteLine($"ZProc: {fault.Message}");
        }
    }

    private static void EndAll() => Parallel(ContextTable.Everything);

    /// <summary>Ends several at once, so that together they take no longer than one.</summary>
    private static void Parallel(IReadOnlyList<ZProcContext> contexts)
    {
        var threads = contexts.Select(context => new Thread(() => Stop(context)) { IsBackground = true }).ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }
    }
}
