using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// The requests of a client that have no answer yet: numbered, bounded, and sent again in their order after a cut.
/// Its <see cref="Gate"/> guards them and the replicas alike, so that an answer and what it tells of are seen together.
/// </summary>
internal sealed class RequestTable
{
    private readonly Dictionary<long, LinkedListNode<Request>> _pending = [];
    private readonly LinkedList<Request> _inOrder = new();
    private readonly Action<byte[]> _send;
    private readonly Action _flush;
    private readonly Action<Waiter, Deadline> _wait;
    private long _lastNumber;

    /// <param name="send">Queues a message for the server.</param>
    /// <param name="flush">Sees to it that what is queued is sent.</param>
    /// <param name="wait">Does that, too, and waits until it is signalled or the deadline has passed.</param>
    public RequestTable(Action<byte[]> send, Action flush, Action<Waiter, Deadline> wait)
    {
        _send = send;
        _flush = flush;
        _wait = wait;
    }

    /// <summary>Guards all that a client knows.</summary>
    public object Gate { get; } = new();

    /// <summary>Why nothing can be asked any more; null while it can.</summary>
    public FaultException? Failure { get; private set; }

    /// <summary>Sends a request.</summary>
    public Request<T> Send<T>(Operation operation, Message.Body? body, Request<T>.Reader read, SnapshotAssembly? parts = null)
    {
        var request = Queue(operation, body, read, parts);
        _flush();
        return request;
    }

    /// <summary>Queues a request for the server, for whoever then waits for its answer.</summary>
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

            Send(request);
        }

        return request;
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    public T Ask<T>(
        Operation operation, Message.Body? body, Request<T>.Reader read, CancellationToken cancellation, SnapshotAssembly? parts = null) =>
        Wait(Queue(operation, body, read, parts), Deadline.Never, static () => false, "the server", cancellation);

    /// <summary>Waits for the answer to a request, as <see cref="PendingReply"/> does.</summary>
    public T Wait<T>(Request<T> request, Deadline deadline, Func<bool> withdraw, string what, CancellationToken cancellation) =>
        PendingReply.Wait(request.Reply, deadline, withdraw, what, cancellation, () => Block(request, deadline, cancellation));

    /// <summary>Waits for something that comes with the stream.</summary>
    public void Wait(Waiter waiter, Deadline deadline) => _wait(waiter, deadline);

    /// <summary>Numbers a request and sends it. The caller holds the gate.</summary>
    public void Send(Request request)
    {
        Register(request);
        _send(request.Build(_inOrder.First!.Value.Number));
    }

    /// <summary>Numbers a request that <see cref="SendAgain"/> will send. The caller holds the gate.</summary>
    public void Register(Request request)
    {
        request.Number = ++_lastNumber;
        _pending.Add(request.Number, _inOrder.AddLast(request));
    }

    /// <summary>Forgets a request that nobody waits for. The caller holds the gate.</summary>
    public void Drop(Request request) => Remove(request.Number);

    /// <summary>Takes a request back. Its outcome comes in any case, and says whether it was still waiting.</summary>
    public bool Withdraw<T>(Request<T> request)
    {
        _ = Send(Operation.Withdraw, (ref MessagePackWriter writer) => writer.Write(request.Number), ReadNothing);
        Block(request, Deadline.Never, CancellationToken.None);
        return request.Reply.Exception?.InnerException is FaultException { Fault: Fault.Timeout };
    }

    /// <summary>Bounds what is on its way. Only for plain writes: others may be what those on their way wait for.</summary>
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
                    throw new FaultException(Fault.Timeout, "The deadline passed while too many writes were on their way. Nothing was changed.");
                }
            }
        }
    }

    /// <summary>Takes a part of an answer that is still to come, in the order of the stream.</summary>
    public void TakePart(ref MessagePackReader body)
    {
        LinkedListNode<Request>? pending;
        lock (Gate)
        {
            _pending.TryGetValue(body.ReadInt64(), out pending);
        }

        pending?.Value.Parts?.Take(ref body);
    }

    /// <summary>Takes an answer, in the order of the stream.</summary>
    public void TakeReply(ref MessagePackReader body)
    {
        Request request;
        lock (Gate)
        {
            if (Remove(body.ReadInt64()) is not { } pending)
            {
                return; // answered before the connection was cut, and again after
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

    /// <summary>Takes out what a server that has forgotten this client cannot be asked again: it might do it twice. The caller holds the gate.</summary>
    public IReadOnlyList<Request> TakeUnsure() => Take(Operation.Commit);

    /// <summary>Sends all that has no answer again, in its order. The caller holds the gate.</summary>
    public void SendAgain()
    {
        Take(Operation.Unsubscribe); // the new connection follows nothing but what it is asked to
        if (_pending.Count == 0)
        {
            return;
        }

        var unresolved = _inOrder.First!.Value.Number;

        // Subscriptions first: what the others are answered may tell of updates.
        foreach (var request in _inOrder.OrderBy(request => request.Operation != Operation.Subscribe))
        {
            _send(request.Build(unresolved));
        }
    }

    /// <summary>Refuses everything from now on.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="locked">What to do in the same step, under the gate.</param>
    /// <returns>Whether this was the first reason.</returns>
    public bool End(FaultException reason, Action locked)
    {
        Request[] pending;
        lock (Gate)
        {
            if (Failure is not null)
            {
                return false;
            }

            Failure = reason;
            pending = [.. _inOrder];
            _pending.Clear();
            _inOrder.Clear();
            locked();
            Monitor.PulseAll(Gate);
        }

        foreach (var request in pending)
        {
            request.Fail(reason);
        }

        return true;
    }

    /// <exception cref="FaultException">Nothing can be asked any more.</exception>
    public void ThrowIfEnded()
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }

    /// <summary>The answer that holds nothing.</summary>
    public static object? ReadNothing(ref MessagePackReader body)
    {
        body.Skip();
        return null;
    }

    private Request[] Take(Operation operation)
    {
        var taken = _inOrder.Where(request => request.Operation == operation).ToArray();
        foreach (var request in taken)
        {
            Remove(request.Number);
        }

        Monitor.PulseAll(Gate);
        return taken;
    }

    private void Block<T>(Request<T> request, Deadline deadline, CancellationToken cancellation)
    {
        var waiter = new Waiter();
        using var registration = cancellation.UnsafeRegister(static waiter => ((Waiter)waiter!).Signal(), waiter);
        request.Attach(waiter);
        _wait(waiter, deadline);
    }

    private Request? Remove(long number)
    {
        if (!_pending.Remove(number, out var place))
        {
            return null;
        }

        _inOrder.Remove(place);
        return place.Value;
    }

    private void Pulse()
    {
        lock (Gate)
        {
            Monitor.PulseAll(Gate);
        }
    }
}
