using System.Diagnostics.CodeAnalysis;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Core.Client;

/// <summary>
/// A watch on one namespace. A buffered watch reads every matching update, in order, exactly once; a live watch reads only the
/// newest. Thread-safe; each update goes to one reader.
/// </summary>
public sealed class Watch : IDisposable
{
    private static int _withCallback;

    private readonly Feed _feed;
    private readonly WatchSignal _signal = new();

    // Guarded by the feed's gate.
    private readonly UpdateCursor _cursor;
    private Action? _available;
    private bool _disposed;
    private FaultException? _failure;

    internal Watch(Feed feed, WatchOptions options)
    {
        _feed = feed;
        Options = options;
        _cursor = new UpdateCursor(feed.Log, options);
        ZProcMeter.Watches.Add(1);
    }

    /// <summary>Whether some watch of this process has a callback, so that its updates matter although no thread waits for them.</summary>
    internal static bool AnyHasCallback => Volatile.Read(ref _withCallback) > 0;

    /// <summary>The watch's options.</summary>
    public WatchOptions Options { get; }

    /// <summary>The revision after which the watch sees updates.</summary>
    public long StartRevision => _cursor.StartRevision;

    /// <summary>The newest revision of the namespace in this process.</summary>
    public long NewestRevision
    {
        get
        {
            lock (_feed.Gate)
            {
                return _feed.Log.Revision;
            }
        }
    }

    /// <summary>Makes the watch a live one: unread updates but the newest are skipped, now and from now on.</summary>
    public void GoLive()
    {
        lock (_feed.Gate)
        {
            _cursor.IsLive = true;
        }
    }

    /// <summary>Takes the next update if there is one.</summary>
    /// <exception cref="FaultException">Compacted: the watch fell behind what the log keeps. ConnectionLost or ContextStopped: the watch has ended.</exception>
    public bool TryRead([NotNullWhen(true)] out Update? update)
    {
        lock (_feed.Gate)
        {
            if (_cursor.TryTake(out update))
            {
                return true;
            }

            return _failure is null ? false : throw _failure;
        }
    }

    /// <summary>Waits for the next update.</summary>
    /// <param name="deadline">When to give up.</param>
    /// <param name="cancellation">Ends the wait with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The update; null at the deadline.</returns>
    /// <exception cref="FaultException">As <see cref="TryRead"/>.</exception>
    public Update? Read(Deadline deadline, CancellationToken cancellation = default)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var version = _signal.Version;
            if (TryRead(out var update))
            {
                return update;
            }

            var reader = new Waiter();
            if (!_signal.TryAdd(reader, version))
            {
                continue;
            }

            try
            {
                using var registration = cancellation.UnsafeRegister(static reader => ((Waiter)reader!).Signal(), reader);
                _feed.Wait(reader, deadline);
            }
            finally
            {
                _signal.Remove(reader);
            }

            if (!reader.IsDone && deadline.Passed)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// The values of the namespace at the revision of an update that was read. The copy that the watch is on has them, so nothing waits for
    /// the server.
    /// </summary>
    /// <exception cref="FaultException">Compacted: the log no longer has all updates since.</exception>
    public SortedDictionary<string, EncodedValue> ValuesAt(long revision)
    {
        Snapshot snapshot;
        IReadOnlyList<Update> since;
        lock (_feed.Gate)
        {
            since = _feed.Log.Since(revision);
            snapshot = _feed.Snapshot();
        }

        return History.TakeBack(snapshot, since);
    }

    /// <summary>
    /// Sets the callback for when there is an update to read; it is called at once if there is one already. It runs on the committing
    /// thread and must only signal: no blocking, and no calls of the watch.
    /// </summary>
    public void OnAvailable(Action? callback)
    {
        lock (_feed.Gate)
        {
            SetCallback(callback);
            if (_cursor.HasUnread || _failure is not null)
            {
                callback?.Invoke();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_feed.Gate)
        {
            if (_disposed)
            {
                return;
            }

            ZProcMeter.Watches.Add(-1);
            SetCallback(null);
            _disposed = true;
            _feed.Remove(this);
            Fail(new FaultException(Fault.ContextStopped, "This watch was closed."));
        }
    }

    /// <summary>Accepts an update that changed a chosen key. The caller holds the feed's gate.</summary>
    internal void Offer(Update update)
    {
        if (_cursor.Offer(update))
        {
            Announce();
        }
    }

    /// <summary>Ends the watch. Unread updates can still be read. The caller holds the feed's gate.</summary>
    internal void Fail(FaultException reason)
    {
        _failure ??= reason;
        Announce();
    }

    private void SetCallback(Action? callback)
    {
        if (_available is null != callback is null && !_disposed)
        {
            Interlocked.Add(ref _withCallback, callback is null ? -1 : 1);
        }

        _available = callback;
    }

    private void Announce()
    {
        _signal.Raise();
        try
        {
            _available?.Invoke();
        }
#pragma warning disable CA1031 // the fault of one watch must not keep the update from the others, nor the outcome from its client
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Expected: the callback starts a thread, and the system gives no more. The next update calls it again.
            ZProcEventSource.Log.FaultCaught(nameof(Watch), exception);
        }
    }
}
