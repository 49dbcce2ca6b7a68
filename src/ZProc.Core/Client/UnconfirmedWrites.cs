using ZProc.Core.State;

namespace ZProc.Core.Client;

/// <summary>
/// The writes of a context that were sent with <c>-NoWait</c> and are not known to be committed. The failure of one is reported
/// once, to its writer: at the writer's next command, at <c>Sync-ZState</c>, or at the end of the process, the context or the
/// session. Failures in one namespace come in the order of the writes. Thread-safe.
/// </summary>
public sealed class UnconfirmedWrites
{
    private const int MostFailures = 1000;

    private readonly object _gate = new();
    private readonly Dictionary<UnconfirmedWrite, Task> _pending = []; // with the task that ends when the outcome is noted
    private readonly WriteFailures _failures = new(MostFailures);
    private long _written;

    /// <summary>Whether a failure has not been reported yet.</summary>
    public bool AnyFailed
    {
        get
        {
            lock (_gate)
            {
                return _failures.Any;
            }
        }
    }

    /// <summary>Adds a write on its way.</summary>
    /// <param name="source">The writer.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="outcome">Ends when the write is committed, and fails when it is not.</param>
    public void Add(Source source, string ns, Task<CommitResult> outcome)
    {
        if (outcome.IsCompletedSuccessfully)
        {
            return;
        }

        lock (_gate)
        {
            var write = new UnconfirmedWrite(++_written, source.Id, ns);
            _pending.Add(write, Task.CompletedTask);
            var noted = outcome.ContinueWith(
                done => Note(write, done), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            if (_pending.ContainsKey(write))
            {
                _pending[write] = noted; // else the write had failed already, and ContinueWith noted that on this thread
            }
        }
    }

    /// <summary>Takes the failures so far. Each is taken when it is enumerated: a caller that stops leaves the others for later.</summary>
    /// <param name="source">The writer; null for all.</param>
    /// <param name="ns">The namespace; null for all.</param>
    public IEnumerable<FaultException> TakeFailures(Source? source, string? ns = null)
    {
        while (TakeFailure(source?.Id, ns) is { } fault)
        {
            yield return fault;
        }
    }

    /// <summary>Waits until no write is on its way any more.</summary>
    /// <param name="source">The writer; null for all.</param>
    /// <param name="ns">The namespace; null for all.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <returns>The failures, and <see cref="Fault.Timeout"/> if some writes were not committed by the deadline. Those go on.</returns>
    public IEnumerable<FaultException> Wait(Source? source, string? ns, Deadline deadline, CancellationToken cancellation = default)
    {
        var late = WaitForOutcomes(source, ns, deadline, cancellation);
        var failures = TakeFailures(source, ns);
        return late == 0 ? failures : failures.Append(new FaultException(
            Fault.Timeout, $"{late:N0} writes sent with -NoWait are not committed yet: another client has the turn, or the server (or engine) is slow or away."));
    }

    /// <summary>Waits until no write of any writer is on its way, or until the bound has passed.</summary>
    public void WaitForAll(TimeSpan bound) => WaitForOutcomes(source: null, ns: null, Deadline.After(bound), CancellationToken.None);

    /// <returns>How many writes have no outcome at the deadline.</returns>
    private int WaitForOutcomes(Source? source, string? ns, Deadline deadline, CancellationToken cancellation)
    {
        Task[] pending;
        lock (_gate)
        {
            pending = [.. _pending.Where(pair => pair.Key.Matches(source?.Id, ns)).Select(static pair => pair.Value)];
        }

        return pending.Count(noted => !noted.IsCompleted && !noted.Wait(deadline.Remaining, cancellation));
    }

    private FaultException? TakeFailure(Guid? source, string? ns)
    {
        lock (_gate)
        {
            if (_failures.Take(source, ns, _pending.Keys) is { } fault)
            {
                return fault;
            }

            var more = _failures.TakeCount(source);
            return more == 0 ? null : new FaultException(
                Fault.Conflict, $"{more:N0} more writes sent with -NoWait were not made. Write without -NoWait to see the error of each.");
        }
    }

    private void Note(UnconfirmedWrite write, Task<CommitResult> outcome)
    {
        lock (_gate)
        {
            _pending.Remove(write);
            if (!outcome.IsCompletedSuccessfully)
            {
                _failures.Add(write, Describe(outcome.Exception?.InnerException));
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
