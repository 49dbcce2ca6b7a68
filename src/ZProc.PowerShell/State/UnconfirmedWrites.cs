using ZProc.Core.State;
using ZProc.Core;

namespace ZProc.State;

/// <summary>
/// What was written with <c>-NoWait</c> and is not known to be committed. What went wrong is told once, to whoever wrote
/// it: at their next command, at <c>Sync-ZState</c>, or where their process, the context or the session ends; in each namespace
/// in the order in which it was written. Thread-safe.
/// </summary>
internal sealed class UnconfirmedWrites
{
    // What is kept to be told one by one.
    private const int ToldOneByOne = 1000;

    private readonly object _gate = new();
    private readonly HashSet<UnconfirmedWrite> _pending = [];
    private readonly LinkedList<(UnconfirmedWrite Write, FaultException Fault)> _failed = new();
    private readonly Dictionary<Guid, int> _untold = [];
    private long _written;

    /// <summary>Whether anything has gone wrong that nobody was told.</summary>
    public bool AnyFailed
    {
        get
        {
            lock (_gate)
            {
                return _failed.Count > 0;
            }
        }
    }

    /// <summary>Adds a write on its way.</summary>
    public void Add(Source source, string ns, Task<CommitResult> outcome)
    {
        if (outcome.IsCompletedSuccessfully)
        {
            return;
        }

        lock (_gate)
        {
            var write = new UnconfirmedWrite(++_written, source.Id, ns);
            _pending.Add(write);
            write.Settled = outcome.ContinueWith(
                done => Settle(write, done), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>What has gone wrong so far. Each is taken only when it is its turn: an error that ends its teller leaves the others for later.</summary>
    /// <param name="source">Whose writes; null for everybody's.</param>
    /// <param name="ns">The namespace; null for all.</param>
    public IEnumerable<FaultException> TakeFailures(Source? source, string? ns = null)
    {
        while (TakeFailure(source, ns) is { } fault)
        {
            yield return fault;
        }
    }

    /// <summary>Waits until nothing is on its way any more.</summary>
    /// <param name="source">Whose writes; null for everybody's.</param>
    /// <param name="ns">The namespace; null for all.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <returns>What went wrong, and <see cref="Fault.Timeout"/> if some were not committed by the deadline: they go on.</returns>
    public IEnumerable<FaultException> Wait(Source? source, string? ns, Deadline deadline, CancellationToken cancellation = default)
    {
        var late = Late(source, ns, deadline, cancellation);
        var failures = TakeFailures(source, ns);
        return late == 0 ? failures : failures.Append(new FaultException(
            Fault.Timeout, $"{late:N0} writes sent with -NoWait are not committed: somebody else has the turn, or the server is slow."));
    }

    /// <summary>Waits until nobody's writes are on their way any more, if that comes in time.</summary>
    public void WaitForAll(TimeSpan bound) => Late(source: null, ns: null, Deadline.After(bound), CancellationToken.None);

    private int Late(Source? source, string? ns, Deadline deadline, CancellationToken cancellation)
    {
        Task[] pending;
        lock (_gate)
        {
            pending = [.. _pending.Where(write => IsMeant(write, source, ns)).Select(write => write.Settled)];
        }

        return pending.Count(settled => !settled.IsCompleted && !settled.Wait(deadline.Remaining, cancellation));
    }

    private FaultException? TakeFailure(Source? source, string? ns)
    {
        lock (_gate)
        {
            // Outcomes are noted by several threads: one may be here before that of an earlier write.
            var open = new Dictionary<(Guid Source, string Namespace), long>();
            foreach (var write in _pending)
            {
                var where = (write.Source, write.Namespace);
                open[where] = Math.Min(write.Number, open.GetValueOrDefault(where, long.MaxValue));
            }

            for (var place = _failed.First; place is not null; place = place.Next)
            {
                var write = place.Value.Write;
                if (IsMeant(write, source, ns) && write.Number < open.GetValueOrDefault((write.Source, write.Namespace), long.MaxValue))
                {
                    _failed.Remove(place);
                    return place.Value.Fault;
                }
            }

            var more = 0;
            foreach (var id in source is null ? _untold.Keys.ToArray() : [source.Id])
            {
                more += _untold.Remove(id, out var count) ? count : 0;
            }

            return more == 0 ? null : new FaultException(
                Fault.Conflict, $"{more:N0} more writes sent with -NoWait were not made. Write without -NoWait to be told of each.");
        }
    }

    private static bool IsMeant(UnconfirmedWrite write, Source? source, string? ns) =>
        (source is null || write.Source == source.Id) && (ns is null || write.Namespace == ns);

    private void Settle(UnconfirmedWrite write, Task<CommitResult> outcome)
    {
        lock (_gate)
        {
            _pending.Remove(write);
            if (outcome.IsCompletedSuccessfully)
            {
                return;
            }

            if (_failed.Count < ToldOneByOne)
            {
                var before = _failed.Last;
                while (before is not null && before.Value.Write.Number > write.Number)
                {
                    before = before.Previous;
                }

                var failure = (write, Describe(outcome.Exception?.InnerException));
                _ = before is null ? _failed.AddFirst(failure) : _failed.AddAfter(before, failure);
            }
            else
            {
                _untold[write.Source] = _untold.GetValueOrDefault(write.Source) + 1;
            }
        }
    }

    private static FaultException Describe(Exception? cause) => cause switch
    {
        FaultException { Fault: Fault.ConnectionLost } lost => new FaultException(
            lost.Fault, $"It is not known whether a write sent with -NoWait was made. {lost.Message}", lost.Target, lost),
        FaultException fault => new FaultException(fault.Fault, $"A write sent with -NoWait was not made. {fault.Message}", fault.Target, fault),
        _ => new FaultException(Fault.ConnectionLost, $"It is not known whether a write sent with -NoWait was made. {cause?.Message}", null, cause),
    };
}
