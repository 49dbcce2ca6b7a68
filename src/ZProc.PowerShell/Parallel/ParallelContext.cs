using ZProc.Core;
using ZProc.Core.State;

namespace ZProc.PowerShell;

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
        : kind == ProcessKind.Runspace ? new ParallelContext(null, isOwn: false) : FindOrStart(isPrivate: true);

    /// <summary>Finds one for a job, or starts one: not a private one, since the job commands find jobs by their context.</summary>
    /// <exception cref="FaultException">NoContext: there are several, and none is current.</exception>
    public static ParallelContext ForJob(ZProcContext? named) =>
        named is not null ? new ParallelContext(named, isOwn: false) : FindOrStart(isPrivate: false);

    /// <summary>Stops it when a process in it has ended, if it is the call's own.</summary>
    public void StopAfter(ZProcess process)
    {
        if (_isOwn)
        {
            // It waits for the process's end, which is not for the thread to do that ends it.
            process.Ended.ContinueWith(
                _ => new Thread(Dispose) { IsBackground = true, Name = "ZProc job end" }.Start(), TaskScheduler.Default);
        }
    }

    /// <summary>Stops it, if it is the call's own. Doing so twice is harmless.</summary>
    public void Dispose()
    {
        if (_isOwn)
        {
            ContextFactory.Stop(Value!);
        }
    }

    private static ParallelContext FindOrStart(bool isPrivate) => ContextTable.All.Count > 0
        ? new ParallelContext(ContextTable.Get(), isOwn: false)
        : new ParallelContext(ContextFactory.Start(ParallelCall.Name, null, null, new StoreOptions(), spareProcesses: 0, isPrivate: isPrivate), isOwn: true);
}
