using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;
using ZProc.Processes;

namespace ZProc.Requests;

/// <summary>
/// Follows the records of a context's processes on a thread of its own, and hands each change to an observer, with no lock held.
/// Thread-safe.
/// </summary>
internal sealed class RecordFollower : IDisposable
{
    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private readonly IRecordObserver _observer;
    private readonly OnDemandThread _thread;
    private readonly SemaphoreSlim _opening = new(1); // one opens the watch, the others wait for it
    private readonly CancellationTokenSource _end = new(); // never disposed: a thread that still reads may ask for its token
    private volatile Watch? _watch; // set under the gate

    public RecordFollower(ZProcContext context, IRecordObserver observer)
    {
        _context = context;
        _observer = observer;
        _thread = new OnDemandThread("ZProc records", Follow);
    }

    /// <summary>Begins to follow, if that has not happened yet.</summary>
    /// <param name="cancellation">Gives up at once.</param>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public void Start(CancellationToken cancellation)
    {
        if (_watch is not null)
        {
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _end.Token);
        try
        {
            _opening.Wait(either.Token);
            try
            {
                if (_watch is null)
                {
                    Open(either.Token);
                }
            }
            finally
            {
                _opening.Release();
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            throw Ended();
        }
    }

    /// <summary>Ends the following. What is read at the moment ends with ContextStopped.</summary>
    public void Dispose()
    {
        _end.Cancel();
        lock (_gate)
        {
            _watch?.Dispose();
        }
    }

    private FaultException Ended() => new(Fault.ContextStopped, $"The context '{_context.Name}' has been stopped.");

    private void Open(CancellationToken cancellation)
    {
        var watch = _context.Client.Watch(new WatchOptions { Namespace = KeyName.Processes }, cancellation);
        lock (_gate)
        {
            if (_end.IsCancellationRequested)
            {
                watch.Dispose();
                throw Ended();
            }

            _watch = watch;
            watch.OnAvailable(_thread.Signal);
        }
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
            // Expected: the context ends, or the server is gone.
            ZProcEventSource.Log.FaultCaught(nameof(RecordFollower), fault);
            if (_end.IsCancellationRequested)
            {
                return;
            }

            if (!ServerFaults.MeansGone(fault))
            {
                ServerFaults.Report(fault);
            }

            _observer.OnLost();
        }
    }

    /// <summary>Opens a new watch in the place of one that fell behind.</summary>
    /// <returns>The records at a moment after that.</returns>
    private Snapshot Reopen()
    {
        try
        {
            var behind = _watch!;
            Open(_end.Token); // first: where this fails, the old watch is left, and tells the same failure
            behind.Dispose();
            return _context.Client.GetSnapshot(KeyName.Processes, cancellation: _end.Token);
        }
        catch (OperationCanceledException)
        {
            throw Ended();
        }
    }
}
