using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;
using ZProc.Processes;

namespace ZProc.Requests;

/// <summary>
/// Follows the records of a context's processes on a thread of its own, and hands each change to an observer. The observer
/// calls with a lock of its own held, which guards the follower, too.
/// </summary>
internal sealed class RecordFollower : IDisposable
{
    private readonly ZProcContext _context;
    private readonly IRecordObserver _observer;
    private readonly OnDemandThread _thread;
    private volatile Watch? _watch;
    private bool _isDisposed; // guarded by the observer's lock

    public RecordFollower(ZProcContext context, IRecordObserver observer)
    {
        _context = context;
        _observer = observer;
        _thread = new OnDemandThread("ZProc records", Follow);
    }

    /// <summary>Begins to follow, if that has not happened yet.</summary>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public void Start()
    {
        if (_watch is null)
        {
            Open();
        }
    }

    /// <summary>Ends the following.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _watch?.Dispose();
    }

    private void Open()
    {
        if (_isDisposed)
        {
            throw new FaultException(Fault.ContextStopped, $"The context '{_context.Name}' has been stopped.");
        }

        _watch = _context.Client.Watch(new WatchOptions { Namespace = KeyName.Processes });
        _watch.OnAvailable(_thread.Signal);
    }

    private void Follow()
    {
        try
        {
            try
            {
                while (_watch!.TryRead(out var update))
                {
                    _observer.OnUpdate(update);
                }
            }
            catch (FaultException fault) when (ServerFaults.MeansBehind(fault))
            {
                // Expected: this session was too slow for the changes that are kept. The records as they are now tell all that counts.
                ZProcEventSource.Log.FaultCaught(nameof(RecordFollower), fault);
                _observer.OnBehind(Reopen);
            }
        }
        catch (FaultException fault)
        {
            // Expected: the server is gone.
            ZProcEventSource.Log.FaultCaught(nameof(RecordFollower), fault);
            if (!ServerFaults.MeansGone(fault))
            {
                ServerFaults.Report(fault);
            }

            _observer.OnLost();
        }
    }

    /// <summary>Opens a new watch in the place of one that fell behind. The caller holds the observer's lock.</summary>
    /// <returns>The records at a moment after that.</returns>
    private Snapshot Reopen()
    {
        var behind = _watch!;
        Open(); // first: where this fails, the old watch is left, and tells the same failure
        behind.Dispose();
        return _context.Client.GetSnapshot(KeyName.Processes);
    }
}
