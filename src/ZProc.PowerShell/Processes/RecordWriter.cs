using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;

namespace ZProc.Processes;

/// <summary>
/// Writes records. A caller waits a moment for its write. A write that the state has not taken by then is late: a thread writes the newest
/// change of each late record as soon as the state takes it, and ends with that or with the client. Thread-safe.
/// </summary>
internal sealed class RecordWriter
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly object _gate = new(); // guards the two below
    private readonly Dictionary<string, (Change Change, long Number)> _late = new(StringComparer.Ordinal); // the newest of each record
    private long _last;
    private readonly ZProcContext _context;
    private readonly OnDemandThread _thread;

    public RecordWriter(ZProcContext context)
    {
        _context = context;
        _thread = new OnDemandThread("ZProc late records", WriteLate);
    }

    /// <summary>Writes changes of records, at once or late. While any are late, all are, so that the newest comes last.</summary>
    public void Write(IReadOnlyList<Change> changes)
    {
        if (!TryDefer(changes, onlyBehindOthers: true))
        {
            using var bound = new CancellationTokenSource(Bound);
            if (!TryCommit(changes, bound.Token))
            {
                TryDefer(changes, onlyBehindOthers: false);
            }
        }
    }

    /// <summary>Waits until nothing is late, the client has ended, or the bound has passed.</summary>
    public void WaitForLate(TimeSpan bound)
    {
        var deadline = Deadline.After(bound);
        lock (_gate)
        {
            while (_late.Count > 0 && !deadline.Passed)
            {
                Monitor.Wait(_gate, deadline.Remaining);
            }
        }
    }

    private bool TryDefer(IReadOnlyList<Change> changes, bool onlyBehindOthers)
    {
        lock (_gate)
        {
            if (onlyBehindOthers && _late.Count == 0)
            {
                return false;
            }

            foreach (var change in changes)
            {
                _late[change.Key] = (change, ++_last);
            }
        }

        _thread.Signal();
        return true;
    }

    private void WriteLate()
    {
        var pause = FirstPause;
        while (TakeLate() is { Length: > 0 } late)
        {
            var isRefused = false;
            foreach (var (change, number) in late)
            {
                if (TryCommit([change], _context.Client.Closed))
                {
                    Forget(change.Key, number);
                }
                else
                {
                    isRefused = true;
                }
            }

            if (isRefused)
            {
                _context.Client.Closed.WaitHandle.WaitOne(pause);
                pause = RetryPause.Longer(pause, LongestPause);
            }
        }
    }

    /// <returns>What is late. Nothing is once the client has ended.</returns>
    private (Change Change, long Number)[] TakeLate()
    {
        lock (_gate)
        {
            if (_context.Client.Closed.IsCancellationRequested)
            {
                _late.Clear();
                Monitor.PulseAll(_gate);
            }

            return [.. _late.Values];
        }
    }

    private void Forget(string key, long number)
    {
        lock (_gate)
        {
            if (_late.TryGetValue(key, out var newest) && newest.Number == number)
            {
                _late.Remove(key);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <returns>False when the changes have to be written again: they may have been made.</returns>
    private bool TryCommit(IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        try
        {
            // With a deadline, a client waits for the outcome of what it has sent, however long its server is away.
            _context.Client.Commit(new CommitRequest(KeyName.Processes, _context.Self, changes), Deadline.Never, cancellation);
            return true;
        }
        catch (OperationCanceledException expected)
        {
            ZProcEventSource.Log.FaultCaught(nameof(RecordWriter), expected);
            return false;
        }
        catch (FaultException fault)
        {
            ZProcEventSource.Log.FaultCaught(nameof(RecordWriter), fault);
            if (IsPassing(fault))
            {
                return false;
            }

            // Expected: the client has ended, or the state has no room for the record. Neither may keep a process from starting or ending.
            if (!ServerFaults.MeansGone(fault) && fault.Fault != Fault.ValueTooLarge)
            {
                ServerFaults.Report(fault);
            }

            return true;
        }
    }

    /// <summary>Whether the same write may succeed later: an engine is short of memory, or a next server cannot tell what became of the write.</summary>
    private bool IsPassing(FaultException fault) =>
        fault.Fault is Fault.Timeout or Fault.LimitReached or Fault.DiskFailed || (ServerFaults.MeansGone(fault) && _context.Client.Failure is null);
}
