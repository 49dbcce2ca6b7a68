using System.Diagnostics.CodeAnalysis;
using ZProc.Core.State;

namespace ZProc.Core.Client;

/// <summary>
/// Somebody waiting for updates of one namespace. Buffered: every matching update, in order, exactly once.
/// Live: only the newest. Thread-safe; each update goes to one reader.
/// </summary>
public sealed class Watch : IDisposable
{
    private readonly Feed _feed;
    private readonly object _signal = new();
    private readonly List<Waiter> _readers = [];

    // Guarded by the feed's gate.
    private long _next; // the first unread match, when there is one
    private long _unread;
    private long _offered;
    private Update? _newest;
    private bool _live;
    private Action? _available;
    private bool _disposed;
    private FaultException? _failure;

    internal Watch(Feed feed, WatchOptions options)
    {
        _feed = feed;
        Options = options;
        StartRevision = options.SinceRevision ?? feed.Log.Revision;
        foreach (var update in feed.Log.Since(StartRevision))
        {
            if (options.Keys.Matches(update))
            {
                Offer(update);
            }
        }

        if (options.Live)
        {
            GoLive();
        }
    }

    /// <summary>What it sees.</summary>
    public WatchOptions Options { get; }

    /// <summary>The revision after which it sees updates.</summary>
    public long StartRevision { get; }

    /// <summary>The namespace's newest revision here.</summary>
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

    /// <summary>Skips what is unread but for the newest match; from now on only the newest is seen.</summary>
    public void GoLive()
    {
        lock (_feed.Gate)
        {
            _live = true;
        }
    }

    /// <summary>Takes the next update if there is one.</summary>
    /// <exception cref="FaultException">Compacted when it fell behind what is kept; ConnectionLost or ContextStopped when there is nothing more to come.</exception>
    public bool TryRead([NotNullWhen(true)] out Update? update)
    {
        lock (_feed.Gate)
        {
            if (_unread == 0)
            {
                update = null;
                return _failure is null ? false : throw _failure;
            }

            // If only one is unread, it is the newest match, which is here even when the log has dropped it for other keys' updates.
            if (_live || _unread == 1)
            {
                update = _newest!;
                _unread = 0;
                return true;
            }

            try
            {
                _feed.Log.CheckKept(_next);
            }
            catch (FaultException)
            {
                // Said once: the reader may go on with what is kept by opening a new watch.
                _unread = 0;
                throw;
            }

            update = _feed.Log[_next];
            _unread--;
            do
            {
                _next++;
            }
            while (!Matches(_feed.Log[_next]));
            return true;
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
            var seen = Interlocked.Read(ref _offered);
            if (TryRead(out var update))
            {
                return update;
            }

            var reader = new Waiter();
            lock (_signal)
            {
                if (Interlocked.Read(ref _offered) != seen)
                {
                    continue;
                }

                _readers.Add(reader);
            }

            try
            {
                using var registration = cancellation.UnsafeRegister(static reader => ((Waiter)reader!).Signal(), reader);
                _feed.Wait(reader, deadline);
            }
            finally
            {
                lock (_signal)
                {
                    _readers.Remove(reader);
                }
            }

            if (!reader.IsDone && deadline.Passed)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// Sets what is called whenever there is something to read, at once if there is already.
    /// It runs on the thread that committed and must only signal: no blocking, no calls back.
    /// </summary>
    public void OnAvailable(Action? callback)
    {
        lock (_feed.Gate)
        {
            _available = callback;
            if (_unread > 0 || _failure is not null)
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

            _disposed = true;
            _available = null;
            _feed.Remove(this);
            Fail(new FaultException(Fault.ContextStopped, "This watch was closed."));
        }
    }

    /// <summary>Learns of an update whose keys match. The caller holds the gate.</summary>
    internal void Offer(Update update)
    {
        if (update.Source.Id == Options.ExcludeSource || ReferenceEquals(update, _newest))
        {
            return; // not ours, or already offered under another of its keys
        }

        _newest = update;
        if (_unread == 0)
        {
            _next = update.Revision;
        }

        _unread = _live ? 1 : _unread + 1;
        Announce();
    }

    /// <summary>Ends the watch once what is unread is read. The caller holds the gate.</summary>
    internal void Fail(FaultException reason)
    {
        _failure ??= reason;
        Announce();
    }

    private bool Matches(Update update) => update.Source.Id != Options.ExcludeSource && Options.Keys.Matches(update);

    private void Announce()
    {
        Pulse();
        _available?.Invoke();
    }

    private void Pulse()
    {
        lock (_signal)
        {
            Interlocked.Increment(ref _offered);
            foreach (var reader in _readers)
            {
                reader.Signal();
            }

            _readers.Clear();
        }
    }
}
