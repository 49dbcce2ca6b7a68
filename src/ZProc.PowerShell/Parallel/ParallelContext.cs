using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.State;
using ZProc.Processes;

namespace ZProc.Parallel;

/// <summary>
/// The context of a call: the named one, or the current one. Without either, a call in runspaces has none, and a call in OS processes
/// has a context of its own, which is stopped with the call.
/// </summary>
internal sealed class ParallelContext : IDisposable
{
    private readonly bool _isOwn;

    private ParallelContext(ZProcContext? context, bool isOwn)
    {
        Value = context;
        _isOwn = isOwn;
    }

    /// <summary>The context; null for a call without one.</summary>
    public ZProcContext? Value { get; }

    /// <summary>Finds the context of a call, or starts one where its workers need one.</summary>
    /// <exception cref="FaultException">NoContext: there are several contexts, and none is current.</exception>
    public static ParallelContext For(ZProcContext? named, ProcessKind kind) => (named ?? ContextTable.Find()) is { } context
        ? new ParallelContext(context, isOwn: false)
        : kind == ProcessKind.Runspace ? new ParallelContext(null, isOwn: false) : FindOrStart();

    /// <summary>Finds the context of a job, or starts one.</summary>
    /// <exception cref="FaultException">NoContext: there are several contexts, and none is current.</exception>
    public static ParallelContext ForJob(ZProcContext? named) =>
        (named ?? ContextTable.Find()) is { } context ? new ParallelContext(context, isOwn: false) : FindOrStart();

    /// <summary>Leaves a context of the call's own to the job: the context is stopped when the job is removed.</summary>
    public void LeaveToJob()
    {
        if (_isOwn)
        {
            Value!.EndsWithLastProcess = true;
        }
    }

    /// <summary>Stops a context of the call's own. May be called twice.</summary>
    public void Dispose()
    {
        if (_isOwn)
        {
            ContextEnd.Stop(Value!);
        }
    }

    private static ParallelContext FindOrStart() => ContextTable.All.Count > 0
        ? new ParallelContext(ContextTable.Get(), isOwn: false)
        : new ParallelContext(ContextFactory.Start(ParallelCall.Name, null, null, new StoreOptions(), spareProcesses: 0, isPrivate: true), isOwn: true);
}
