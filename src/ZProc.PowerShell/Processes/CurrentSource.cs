using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using ZProc.Contexts;
using ZProc.Core.State;
using ZProc.Core;

namespace ZProc.Processes;

/// <summary>Who makes an update: the process that the calling runspace belongs to, or else the session.</summary>
internal static class CurrentSource
{
    private static readonly ConditionalWeakTable<Runspace, Source> Sources = new();

    // By reference, and gone with the last runspace or variable that could still write in its name.
    private static readonly ConditionalWeakTable<Source, object> Revoked = new();
    private static Source? _worker;

    /// <summary>The source of what the calling runspace does.</summary>
    public static Source Get(ZProcContext context) =>
        (Runspace.DefaultRunspace is { } runspace && Sources.TryGetValue(runspace, out var source) ? source : null) ?? _worker ?? context.Self;

    /// <summary>Who looks after the processes that are started in this OS process: its session, or the process that it is.</summary>
    public static Guid SessionOf(ZProcContext context) => (_worker ?? context.Self).Id;

    /// <summary>Makes a runspace a process's own.</summary>
    public static void Set(Runspace runspace, Source source) => Sources.AddOrUpdate(runspace, source);

    /// <summary>Makes this whole OS process, with whatever runspaces its script opens, one process's own.</summary>
    public static void SetWorker(Source source) => _worker = source;

    /// <summary>Takes the right to write from a process that was abandoned and may still run.</summary>
    /// <param name="source">The very object that was given to its runspace.</param>
    public static void Revoke(Source source) => Revoked.AddOrUpdate(source, new object());

    /// <summary>Refuses what an abandoned process does.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ProcessFailed"/>.</exception>
    public static void ThrowIfRevoked(Source source)
    {
        if (Revoked.TryGetValue(source, out _))
        {
            throw new FaultException(Fault.ProcessFailed, $"The process '{source.Name}' was stopped and did not stop: what it does no longer counts.", source.Name);
        }
    }
}
