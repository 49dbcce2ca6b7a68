using MessagePack;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// Serves the requests of clients. Any fault while a request is served is the error of that request, and of nothing else. Thread-safe.
/// </summary>
internal sealed class RequestDispatcher
{
    private readonly Store _store;
    private readonly ServerStatistics _statistics;

    public RequestDispatcher(Store store, ServerStatistics statistics)
    {
        _store = store;
        _statistics = statistics;
    }

    /// <summary>Called when a client asks the server to end; it must only signal. Null refuses such requests.</summary>
    public Action? ShutdownRequested { get; set; }

    /// <summary>
    /// Whether the core serves a request: those about turns, subscriptions and the end of something. Reads and commits are served by
    /// the thread that received them, which saves two switches between threads.
    /// </summary>
    public static bool IsForCore(Operation operation) => operation is Operation.AcquireTurn or Operation.ReleaseTurn or Operation.Withdraw
        or Operation.Subscribe or Operation.Unsubscribe or Operation.EndSource or Operation.Shutdown;

    /// <summary>Serves a request, and queues its reply in one step of the store's order.</summary>
    /// <param name="peer">The client.</param>
    /// <param name="request">The request's number.</param>
    /// <param name="body">A reader at the operation.</param>
    public void Serve(Peer peer, long request, ref MessagePackReader body)
    {
        ZProcMeter.Requests.Add(1);
        try
        {
            var operation = (Operation)body.ReadByte();
            if (peer.Access == AccessLevel.ReadOnly && Changes(operation))
            {
                throw new FaultException(
                    Fault.NotPermitted, "This session joined with a read-only connection string: it may read and watch the state, and change nothing. Join with the context's ConnectionString to change it.");
            }

            Serve(peer, request, operation, ref body);
        }
        catch (FaultException fault) when (fault.Fault != Fault.MalformedMessage)
        {
            ReplyNow(peer, request, () => fault);
        }
        catch (Exception exception) when (Message.IsMalformed(exception))
        {
            ZProcEventSource.Log.FaultCaught(nameof(RequestDispatcher), exception);
            _statistics.CountMalformed();
            ReplyNow(peer, request, () => exception as FaultException ?? Message.Malformed("it ends too early or has the wrong parts"));
        }
#pragma warning disable CA1031 // a fault of the server's own must not leave the request without a reply
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ZProcEventSource.Log.FaultCaught(nameof(RequestDispatcher), exception);
            ReplyNow(peer, request, () => FaultException.Unexpected(exception));
        }
    }

    /// <summary>Queues the reply to a request that came before.</summary>
    public void ReplyAgain(Peer peer, long request, object outcome) => ReplyNow(peer, request, () => outcome);

    /// <summary>Queues the reply to a request that was not begun, and keeps nothing of it.</summary>
    public void Refuse(Peer peer, long request, FaultException reason)
    {
        lock (_store.Gate)
        {
            peer.Outlet?.Waiting.Add(new Outgoing(_store.Sequence, request, reason));
        }
    }

    private static bool Changes(Operation operation) => operation is Operation.Commit or Operation.AcquireTurn or Operation.ReleaseTurn
        or Operation.EndSource or Operation.Shutdown;

    private void Serve(Peer peer, long request, Operation operation, ref MessagePackReader body)
    {
        switch (operation)
        {
            case Operation.Ping:
                ReplyNow(peer, request, static () => EmptyReply.Instance);
                break;
            case Operation.Get:
                var (ns, key) = (WireFormat.ReadText(ref body), WireFormat.ReadText(ref body));
                ReplyNow(peer, request, () => _store.Get(ns, key) is { } entry ? entry : EmptyReply.Instance);
                break;
            case Operation.Snapshot:
                ns = WireFormat.ReadText(ref body);
                ReplyNow(peer, request, () => _store.GetSnapshot(ns));
                break;
            case Operation.Commit:
                var commit = new CommitTicket(
                    CommitFormat.ReadCommitRequest(ref body), peer.Id, (result, fault) => Reply(peer, request, (object?)result ?? fault!));
                Submit(peer, request, commit, () => _store.Commit(commit));
                break;
            case Operation.AcquireTurn:
                ns = WireFormat.ReadText(ref body);
                var turn = new TurnTicket(
                    ns, peer.Id, WireFormat.ReadGuid(ref body), (grant, fault) => Reply(peer, request, (object?)grant ?? fault!));
                Submit(peer, request, turn, () => _store.AcquireTurn(turn));
                break;
            case Operation.ReleaseTurn:
                _store.ReleaseTurn(WireFormat.ReadText(ref body), body.ReadInt64());
                ReplyNow(peer, request, static () => EmptyReply.Instance);
                break;
            case Operation.Withdraw:
                Withdraw(peer, request, body.ReadInt64());
                break;
            case Operation.Subscribe:
                Subscribe(peer, request, WireFormat.ReadText(ref body), WireFormat.ReadOptional(ref body));
                break;
            case Operation.Unsubscribe:
                ns = WireFormat.ReadText(ref body);
                ReplyNow(peer, request, () =>
                {
                    peer.Outlet?.Waiting.Unsubscribe(ns);
                    return EmptyReply.Instance;
                });
                break;
            case Operation.Updates:
                ns = WireFormat.ReadText(ref body);
                var since = WireFormat.ReadOptional(ref body);
                ReplyNow(peer, request, () => _store.GetUpdates(ns, since, WireLimits.PageBytes));
                break;
            case Operation.Summary:
                ns = WireFormat.ReadText(ref body);
                ReplyNow(peer, request, () => _store.Summarize(ns));
                break;
            case Operation.Namespaces:
                ReplyNow(peer, request, () => _store.GetNamespaces());
                break;
            case Operation.Shutdown:
                var shutdown = ShutdownRequested;
                ReplyNow(peer, request, () => shutdown is not null ? EmptyReply.Instance : new FaultException(
                    Fault.InvalidArgument, "This server ends with the session that started it. Run Stop-ZProcContext in that session."));
                shutdown?.Invoke();
                break;
            case Operation.EndSource:
                SourceCleanup.Run(_store, WireFormat.ReadGuid(ref body));
                ReplyNow(peer, request, static () => EmptyReply.Instance);
                break;
            default:
                throw Message.Malformed("its operation is unknown");
        }
    }

    /// <summary>Submits a ticket, unless its client has left. One that waits is kept, so that it can be withdrawn; too many of them are refused.</summary>
    private void Submit(Peer peer, long request, Ticket ticket, Action submit)
    {
        lock (_store.Gate)
        {
            if (peer.IsForgotten)
            {
                return; // nobody waits for the reply, and nobody would end the turn
            }

            submit();
            peer.Position = _store.Position;
            if (ticket.Place is not null && !peer.TryKeep(request, ticket))
            {
                TurnQueue.Withdraw(ticket);
                ticket.Fail(new FaultException(
                    Fault.LimitReached,
                    $"Too many requests wait for turns: a client may have {WireLimits.WaitingTickets:N0}, all clients together {WireLimits.ServerWaitingTickets:N0}. Nothing was changed. Wait for earlier ones first."));
            }
        }
    }

    private void Withdraw(Peer peer, long request, long earlier)
    {
        if (peer.FindTicket(earlier) is { } ticket && _store.Withdraw(ticket))
        {
            var fault = new FaultException(Fault.Timeout, "The request was withdrawn.");
            ReplyNow(peer, earlier, () => fault);
        }

        ReplyNow(peer, request, static () => EmptyReply.Instance);
    }

    private void Subscribe(Peer peer, long request, string ns, long? since)
    {
        lock (_store.Gate)
        {
            _store.InOrder(peer.Position, () =>
            {
                if (peer.Outlet?.Waiting is { } waiting)
                {
                    Reply(peer, request, () => Subscribe(waiting, ns, since));
                }
                else
                {
                    peer.Forget(request); // the connection has ended: the client asks again over the next one
                }
            });
        }
    }

    private object Subscribe(OutletQueue waiting, string ns, long? since) => _store.Follow<object>(ns, feed =>
    {
        if (waiting.Subscriptions >= WireLimits.Subscriptions)
        {
            throw new FaultException(Fault.LimitReached, $"This session follows {WireLimits.Subscriptions:N0} namespaces, and may follow no more. Remove namespaces that are no longer used.", ns);
        }

        if (waiting.IsFull && since is null)
        {
            throw new FaultException(Fault.LimitReached, "This session has not taken the replies to its earlier requests. Try again when it has.", ns);
        }

        if (since is { } revision)
        {
            // The client resumes: the updates that it missed are sent from the log.
            feed.Log.CheckKept(revision + 1);
            if (revision > feed.Log.Revision)
            {
                throw UpdateLog.NotYet(revision, feed.Log.Revision);
            }

            waiting.Subscribe(ns, feed, revision);
            return EmptyReply.Instance;
        }

        waiting.Subscribe(ns, feed);
        return _store.GetSnapshot(ns);
    });

    /// <summary>
    /// Executes a request and queues its reply in one step of the store's order: after the commits of the same client that wait for the
    /// disk, so that the client sees them.
    /// </summary>
    private void ReplyNow(Peer peer, long request, Func<object> work)
    {
        lock (_store.Gate)
        {
            if (_store.IsBehind(peer.Position))
            {
                ReplyInOrder(peer, request, work);
            }
            else
            {
                Reply(peer, request, work);
            }
        }
    }

    // A method of its own: a lambda in the other one would cost a closure for each request to a state in memory.
    private void ReplyInOrder(Peer peer, long request, Func<object> work) =>
        _store.InOrder(peer.Position, () => Reply(peer, request, work));

    /// <summary>Executes a request and queues its reply. The caller holds the store's lock.</summary>
    private void Reply(Peer peer, long request, Func<object> work)
    {
        object outcome;
        try
        {
            outcome = work();
        }
        catch (FaultException fault)
        {
            outcome = fault;
        }

        Reply(peer, request, outcome);
    }

    /// <summary>Queues a reply. The caller holds the store's lock.</summary>
    private void Reply(Peer peer, long request, object outcome)
    {
        peer.Resolve(request, outcome);
        peer.Outlet?.Waiting.Add(new Outgoing(_store.Sequence, request, outcome));
    }
}
