using ZProc.Contexts;
using ZProc.Core.State;
using ZProc.Core;
using ZProc.Processes;

namespace ZProc.Parallel;

/// <summary>The context of a call: the one named, the current one, none, or one for the call alone, which is stopped with it.</summary>
internal sealed class ParallelContext : IDisposable
{
    private readonly bool _isOwn;

    private ParallelContext(ZProcContext? context, bool isOwn)
    {
        Value = context;
        _isOwn = isOwn;
    }

    /// <summary>The context; null for none.</summary>
    public ZProcContext? Value { get; }

    /// <summary>Finds it, or starts one where workers need one.</summary>
    /// <exception cref="FaultException">NoContext: there are several, and none is current.</exception>
    public static ParallelContext For(ZProcContext? named, ProcessKind kind) => (named ?? ContextTable.Find()) is { } context
        ? new ParallelContext(context, isOwn: false)
        : kind == ProcessKind.Runspace ? new ParallelContext(null, isOwn: false) : FindOrStart();

    /// <summary>Finds one for a job, or starts one.</summary>
    /// <exception cref="FaultException">NoContext: there are several, and none is current.</exception>
    public static ParallelContext ForJob(ZProcContext? named) =>
        (named ?? ContextTable.Find()) is { } context ? new ParallelContext(context, isOwn: false) : FindOrStart();

    /// <summary>Lets it live until the job in it is removed, if it is the call's own.</summary>
    public void LeaveToJob()
    {
        if (_isOwn)
        {
            Value!.EndsWithLastProcess = true;
        }
    }

    /// <summary>Stops it, if it is the call's own. Doing so twice is harmless.</summary>
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
