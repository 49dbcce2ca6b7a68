using MessagePack;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// Sends the requests of a client, bounds how many are pending, waits for their replies, and sends the pending ones again after a
/// reconnect. Its <see cref="Gate"/> guards the requests and the replicas, so that a reply and its effect are seen together.
/// </summary>
internal sealed class RequestTable
{
    private static readonly TimeSpan CancelBound = TimeSpan.FromMilliseconds(500);

    private readonly PendingRequests _pending = new();
    private readonly Action<Request> _enqueue;
    private readonly Action _flush;
    private readonly Action<Waiter, Deadline> _wait;

    /// <param name="enqueue">Queues a request that is built.</param>
    /// <param name="flush">Sends the queued messages.</param>
    /// <param name="wait">Sends the queued messages and waits until the waiter is signalled or the deadline has passed.</param>
    public RequestTable(Action<Request> enqueue, Action flush, Action<Waiter, Deadline> wait)
    {
        _enqueue = enqueue;
        _flush = flush;
        _wait = wait;
    }

    /// <summary>Guards the requests and the replicas of a client.</summary>
    public object Gate { get; } = new();

    /// <summary>Why the client can send no more requests; null while it can.</summary>
    public FaultException? Failure { get; private set; }

    /// <summary>Whether a request has no reply yet. The caller holds the gate.</summary>
    public bool HasPending => _pending.Count > 0;

    /// <summary>Sends a request.</summary>
    public Request<T> Send<T>(Operation operation, Message.Body? body, Request<T>.Reader read, SnapshotAssembly? parts = null)
    {
        var request = Queue(operation, body, read, parts);
        _flush();
        return request;
    }

    /// <summary>Queues a request. The caller then waits for its reply, which sends it.</summary>
    public Request<T> Queue<T>(Operation operation, Message.Body? body, Request<T>.Reader read, SnapshotAssembly? parts = null)
    {
        var request = new Request<T>(operation, body, read) { Parts = parts };
        lock (Gate)
        {
            if (Failure is not null)
            {
                request.Fail(Failure);
                return request;
            }

            Queue(request);
        }

        return request;
    }

    /// <summary>Sends a request and waits for its reply.</summary>
    public T Execute<T>(
        Operation operation,
        Message.Body? body,
        Request<T>.Reader read,
        CancellationToken cancellation,
        SnapshotAssembly? parts = null,
        ITransferObserver? observer = null) =>
        Wait(Queue(operation, body, read, parts), Deadline.Never, static () => false, "the server", cancellation, observer);

    /// <summary>Waits for the reply to a request, as <see cref="PendingReply"/> does, and tells an observer of the parts that come before the reply.</summary>
    public T Wait<T>(
        Request<T> request, Deadline deadline, Func<bool> withdraw, string subject, CancellationToken cancellation, ITransferObserver? observer = null) =>
        PendingReply.Wait(
            request.Reply, deadline, withdraw, subject, cancellation, observer is null
                ? () => Block(request, deadline, cancellation)
                : () => ObservedWait.Block(
                    observer,
                    deadline,
                    due => Block(request, due, cancellation),
                    () => request.Reply.IsCompleted || cancellation.IsCancellationRequested,
                    () => request.Parts?.Arrived ?? default));

    /// <summary>Waits until a request has its outcome, whichever it is, or was given up.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Await<T>(Request<T> request, CancellationToken cancellation)
    {
        Block(request, Deadline.Never, cancellation);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Waits for an event of the stream.</summary>
    public void Wait(Waiter waiter, Deadline deadline) => _wait(waiter, deadline);

    /// <summary>Numbers and queues a request. The caller holds the gate.</summary>
    public void Queue(Request request)
    {
        _pending.Add(request);
        request.Build(_pending.LowestNumber);
        _enqueue(request);
    }

    /// <summary>Numbers a request that <see cref="SendAgain"/> will send. The caller holds the gate.</summary>
    public void Register(Request request) => _pending.Add(request);

    /// <summary>Drops a request. Who drops one that may have waiters gives it up, too. The caller holds the gate.</summary>
    public void Drop(Request request) => _pending.Remove(request.Number);

    /// <summary>
    /// Withdraws a request. One that was not sent is dropped at once. Of any other the server decides, and the reply comes in any case. At a
    /// deadline the caller needs to know what became of the request; one that is cancelled waits for that no longer than a moment, since
    /// there may be no connection.
    /// </summary>
    /// <returns>Whether the request was withdrawn; false when it had been executed.</returns>
    /// <exception cref="OperationCanceledException">Cancelled, and it is not known what became of the request.</exception>
    public bool Withdraw<T>(Request<T> request, CancellationToken cancelled)
    {
        if (TryDropUnsent(request))
        {
            request.Fail(new FaultException(Fault.Timeout, "The request was withdrawn."));
        }
        else
        {
            _ = Send(Operation.Withdraw, (ref MessagePackWriter writer) => writer.Write(request.Number), ReadEmpty);
            if (cancelled.IsCancellationRequested)
            {
                Block(request, Deadline.After(CancelBound), CancellationToken.None);
            }
            else
            {
                Block(request, Deadline.Never, cancelled);
            }

            if (!request.Reply.IsCompleted)
            {
                cancelled.ThrowIfCancellationRequested();
            }
        }

        return request.Reply.Exception?.InnerException is FaultException { Fault: Fault.Timeout };
    }

    /// <summary>
    /// Waits until fewer than <see cref="ClientLimits.InFlight"/> requests are pending. Only for commits outside a turn: a pending
    /// commit may wait for the turn that another request releases.
    /// </summary>
    /// <exception cref="FaultException">Timeout.</exception>
    public void WaitForRoom(Deadline deadline, CancellationToken cancellation)
    {
        lock (Gate)
        {
            if (_pending.Count < ClientLimits.InFlight)
            {
                return;
            }
        }

        using var registration = cancellation.UnsafeRegister(static table => ((RequestTable)table!).Pulse(), this);
        lock (Gate)
        {
            while (_pending.Count >= ClientLimits.InFlight && Failure is null)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!Monitor.Wait(Gate, deadline.Remaining) && deadline.Passed)
                {
                    throw new FaultException(
                        Fault.Timeout, $"The deadline passed while {ClientLimits.InFlight:N0} earlier writes had no reply. Nothing was changed.");
                }
            }
        }
    }

    /// <summary>Handles a part that comes before its reply, in the order of the stream.</summary>
    public void TakePart(ref MessagePackReader body)
    {
        Request? request;
        lock (Gate)
        {
            request = _pending.Find(body.ReadInt64());
        }

        request?.Parts?.Take(ref body);
    }

    /// <summary>Handles a reply, in the order of the stream.</summary>
    public void TakeReply(ref MessagePackReader body)
    {
        Request request;
        lock (Gate)
        {
            if (_pending.Remove(body.ReadInt64()) is not { } pending)
            {
                return; // a second reply, after a reconnect
            }

            request = pending;
            Monitor.PulseAll(Gate);
        }

        if (body.ReadBoolean())
        {
            request.Complete(ref body);
        }
        else
        {
            request.Fail(FaultFormat.ReadFault(ref body));
        }
    }

    /// <summary>
    /// Removes the requests whose outcome is unknown once the server has ended the session: commits that were sent, which it might
    /// execute a second time. The caller holds the gate.
    /// </summary>
    public IReadOnlyList<Request> TakeUnsure() => Take(static request => request is { Operation: Operation.Commit, IsSent: true });

    /// <summary>Sends all pending requests again. The caller holds the gate.</summary>
    public void SendAgain()
    {
        Take(static request => request.Operation == Operation.Unsubscribe); // the new connection has no subscriptions but the ones sent here
        if (_pending.Count == 0)
        {
            return;
        }

        var lowest = _pending.LowestNumber;
        foreach (var request in _pending.InResendOrder)
        {
            request.Build(lowest);
            _enqueue(request);
        }
    }

    /// <summary>Fails all requests, now and from now on.</summary>
    /// <param name="reason">The error.</param>
    /// <param name="locked">Called in the same step, under the gate.</param>
    /// <param name="unsure">The error of the commits that were sent, where their outcome is unknown; null for the reason. The others are never sent.</param>
    /// <returns>Whether this was the first call.</returns>
    public bool End(FaultException reason, Action locked, FaultException? unsure = null)
    {
        Request[] pending;
        lock (Gate)
        {
            if (Failure is not null)
            {
                return false;
            }

            Failure = reason;
            pending = _pending.RemoveAll();
            locked();
            Monitor.PulseAll(Gate);
        }

        foreach (var request in pending)
        {
            var isSent = request.Operation == Operation.Commit && !request.TryWithdraw();
            request.Fail(isSent && unsure is not null ? unsure : reason);
        }

        return true;
    }

    /// <exception cref="FaultException">The client can send no more requests.</exception>
    public void ThrowIfEnded()
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }

    /// <summary>Reads the reply that has no result.</summary>
    public static object? ReadEmpty(ref MessagePackReader body) =>
        body.TryReadNil() ? null : throw Message.Malformed("the reply has a result where none belongs"); // no Skip: it follows nesting of any depth

    private Request[] Take(Predicate<Request> isTaken)
    {
        var taken = _pending.RemoveAll(isTaken);
        Monitor.PulseAll(Gate);
        return taken;
    }

    /// <returns>False when the server may have the request.</returns>
    private bool TryDropUnsent(Request request)
    {
        lock (Gate)
        {
            if (!request.TryWithdraw())
            {
                return false;
            }

            _pending.Remove(request.Number);
            Monitor.PulseAll(Gate);
            return true;
        }
    }

    private void Block<T>(Request<T> request, Deadline deadline, CancellationToken cancellation)
    {
        var waiter = new Waiter();
        using var registration = cancellation.UnsafeRegister(static waiter => ((Waiter)waiter!).Signal(), waiter);
        request.Attach(waiter);
        _wait(waiter, deadline);
    }

    private void Pulse()
    {
        lock (Gate)
        {
            Monitor.PulseAll(Gate);
        }
    }
}
