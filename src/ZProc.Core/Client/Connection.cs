using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using MessagePack;
using ZProc.Core.Diagnostics;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// The life of a remote client's connection, over all its streams: opening, heartbeats, silence, reconnecting, the end. Any thread
/// sends. One thread at a time receives: a caller that waits for a reply or an update, or else the connection's own thread
/// (<see cref="SocketOwner"/>). The messages go, in order, to the <see cref="IConnectionUser"/>.
/// </summary>
internal sealed class Connection : IDisposable
{
    private const int MostFaults = 5;
    private const int ReceiveBatch = 64;
    private static readonly TimeSpan ShortestReclaimDelay = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestReclaimDelay = TimeSpan.FromMilliseconds(8);
    private static readonly TimeSpan LongestIdleReclaimDelay = TimeSpan.FromMilliseconds(64); // when no message comes that no caller waits for

    private readonly ConnectionString _address;
    private readonly Guid _client;
    private readonly IConnectionUser _user;
    private readonly RequestSender _sender = new();
    private readonly SocketOwner _owner = new();
    private readonly WakeSocket _wake = new();
    private readonly ServerAbsence _absence;
    private readonly ThreadSignal _wanted;
    private readonly CancellationTokenSource _closing = new();
    private readonly Thread _thread;
    private volatile ClientStream? _stream;
    private volatile bool _hasSentAhead; // some replies may have no caller that waits for them
    private int _isFlushDue;

    private Guid _incarnation;
    private long _lastHeard; // timestamp of the last bytes
    private int _faults; // streams that broke, one after the other
    private bool _ended;
    private volatile string? _broken; // why the stream cannot be used any more
    private volatile FaultException? _stopReason; // set by the server's last message
    private int _disposed;

    public Connection(ConnectionString address, Guid client, IConnectionUser user)
    {
        _address = address;
        _client = client;
        _user = user;
        _absence = new ServerAbsence(address.Address.RefusalIsFinal);
        _wanted = new ThreadSignal(() => _owner.IsHeldForLong);
        _thread = new Thread(Run) { IsBackground = true, Name = "ZProc client" };
    }

    /// <summary>Opens the first stream, on the calling thread, and starts the connection's thread.</summary>
    /// <exception cref="FaultException">CannotConnect.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Open(Deadline deadline, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closing.Token);
        if (deadline.Remaining is var remaining && remaining != Timeout.InfiniteTimeSpan)
        {
            late.CancelAfter(remaining);
        }

        while (true)
        {
            try
            {
                OpenStream(late.Token);
                _thread.Start();
                return;
            }
            catch (SocketException exception) when (ConnectionFaults.IsUnreachable(exception))
            {
                throw ConnectionFaults.NoServer(_address.Endpoint, exception);
            }
            catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                // Expected: a busy server closed the connection, or was slow. There may be time for another attempt.
                ZProcEventSource.Log.FaultCaught(nameof(Connection), exception);
                if (late.IsCancellationRequested || late.Token.WaitHandle.WaitOne(ServerAbsence.RetryDelay))
                {
                    cancellation.ThrowIfCancellationRequested();
                    throw ConnectionFaults.Unproven(_address.Endpoint, exception);
                }
            }
        }
    }

    /// <summary>Queues a request, built, for <see cref="Flush"/>, <see cref="FlushSoon"/> or <see cref="Wait"/>. The user sends it again when the stream is lost.</summary>
    public void Enqueue(Request request) => _sender.Enqueue(request);

    /// <summary>Sends the queued messages.</summary>
    public void Flush()
    {
        switch (_sender.Send())
        {
            case SendStatus.NoStream:
                _wanted.Raise(); // the next attempt to reconnect may be far off
                break;
            case SendStatus.Blocked:
                WakeReceiver();
                break;
        }
    }

    /// <summary>Sends the queued messages as far as the server takes them now, and leaves the others.</summary>
    public void SendNow() => _sender.Send();

    /// <summary>Lets the receiving thread send the queued messages, so that messages in quick succession share a frame.</summary>
    public void FlushSoon()
    {
        _hasSentAhead = true;
        if (Interlocked.Exchange(ref _isFlushDue, 1) == 0)
        {
            WakeReceiver();
        }
    }

    /// <summary>
    /// Sends the queued messages and waits until the waiter is signalled or the deadline has passed. Meanwhile the calling thread
    /// may receive for all callers.
    /// </summary>
    public void Wait(Waiter waiter, Deadline deadline)
    {
        waiter.Interrupt = _wake.Wake;
        Flush();
        if (_owner.Enter(waiter))
        {
            _wake.Wake();
        }

        if (!waiter.OwnsSocket)
        {
            waiter.Sleep(deadline);
            if (!waiter.OwnsSocket && !_owner.Withdraw(waiter))
            {
                return;
            }
        }

        try
        {
            while (!HasToRelease(waiter, deadline) && _stream is { } stream)
            {
                stream.Wait(deadline.Remaining);
                _wake.Take();
                Receive(stream, waiter, deadline);
            }
        }
        finally
        {
            Release(waiter);
        }

        waiter.Sleep(deadline); // another thread receives
    }

    /// <summary>Drops the queued messages, before the user sends every pending request again in order.</summary>
    public void DropQueued() => _sender.Clear();

    /// <summary>Leaves the server and ends the thread.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _closing.Cancel();
        _wanted.Raise();
        _wake.Wake();
        if (_thread.IsAlive && Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        Reclaim();
        _sender.SendLeave();
        CloseStream();
        _wake.Dispose();
        _closing.Dispose();
    }

    /// <summary>Opens a stream and tells the user.</summary>
    private void OpenStream(CancellationToken cancellation)
    {
        _broken = null;
        var (stream, welcome) = StreamOpening.Open(_address, _client, _wake, _incarnation, cancellation);
        ZProcEventSource.Log.Connected(_address.Endpoint, _incarnation != Guid.Empty);
        _incarnation = welcome.Incarnation;
        Interlocked.Exchange(ref _lastHeard, Stopwatch.GetTimestamp());
        _absence.End(welcome.IsDurable);
        _stream = stream;
        _user.OnConnected(welcome);
        _sender.Attach(stream);
        _owner.AllowCallers(true);
        Flush();
    }

    private void CloseStream()
    {
        _sender.Detach();
        _stream?.Dispose();
        _stream = null;
    }

    private void Run()
    {
        var nextTick = Deadline.After(WireLimits.HeartbeatInterval);
        var reclaimDelay = ShortestReclaimDelay;
        var taken = Stopwatch.GetTimestamp(); // when this thread took the socket
        try
        {
            while (!_ended && _disposed == 0)
            {
                if (_stream is not { } stream)
                {
                    Reconnect();
                }
                else if (_owner.IsThread)
                {
                    stream.Wait(nextTick.Remaining);
                    _wake.Take();
                    Receive(stream, null, Deadline.Never);
                    Maintain();
                    if (_owner.TryHandOver())
                    {
                        // A caller that comes soon shows that this thread should have left the socket to callers.
                        reclaimDelay = Stopwatch.GetElapsedTime(taken) < LongestIdleReclaimDelay ? Longer(reclaimDelay) : ShortestReclaimDelay;
                    }
                }
                else if (_wanted.WaitOrRest(reclaimDelay, nextTick.Remaining, mayRest: reclaimDelay >= LongestDelay))
                {
                    Reclaim();
                    taken = Stopwatch.GetTimestamp();
                    Maintain();
                }
                else if (_owner.ReclaimIfUnused())
                {
                    taken = Stopwatch.GetTimestamp();
                }
                else
                {
                    // Callers come and go, and receive meanwhile. Fewer checks delay no message, and save time where many clients are busy.
                    reclaimDelay = Longer(reclaimDelay);
                }

                if (nextTick.Passed)
                {
                    nextTick = Deadline.After(WireLimits.HeartbeatInterval);
                    Tick();
                }
            }
        }
#pragma warning disable CA1031 // a fault of our own ends the connection, with an error for each caller, and not the process
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Reclaim();
            End(ConnectionFaults.Failed(_address.Endpoint, exception));
        }
    }

    private TimeSpan Longer(TimeSpan delay) => RetryPause.Longer(delay, LongestDelay);

    /// <summary>Takes the receiving over from a caller.</summary>
    private void Reclaim() => _owner.Reclaim(_wake.Wake);

    /// <summary>Decides, on the connection's thread while it receives, what becomes of the stream.</summary>
    private void Maintain()
    {
        if (_ended)
        {
            return;
        }

        if (_stopReason is { } reason)
        {
            End(reason);
        }
        else if (_broken is { } broken)
        {
            Lose(broken);
        }
        else
        {
            _owner.AllowCallers(_stream is { IsInMessage: false });
        }
    }

    /// <summary>Drops the stream. The next one resumes without a gap.</summary>
    private void Lose(string reason)
    {
        _owner.AllowCallers(false);
        CloseStream();
        _absence.Begin();
        _user.OnLost();
        ZProcEventSource.Log.ConnectionLost(_address.Endpoint, reason);
    }

    /// <summary>Tries once to open another stream, and waits a little after a failure.</summary>
    private void Reconnect()
    {
        var isUnreachable = false;
        var lost = _absence.Elapsed; // before the attempt, during which this process may be suspended
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        bound.CancelAfter(WireLimits.HandshakeTimeout);
        try
        {
            OpenStream(bound.Token);
            return;
        }
        catch (SocketException expected)
        {
            // Expected: the server is gone, busy or out of reach for a while.
            ZProcEventSource.Log.FaultCaught(nameof(Connection), expected);
            isUnreachable = ConnectionFaults.IsUnreachable(expected);
        }
        catch (OperationCanceledException expected)
        {
            // Expected: the client leaves, or the server is too slow.
            ZProcEventSource.Log.FaultCaught(nameof(Connection), expected);
            if (_closing.IsCancellationRequested)
            {
                return;
            }
        }
        catch (FaultException fault)
        {
            End(fault.Fault == Fault.ConnectionLost ? fault : ConnectionFaults.Restarted(_address.Endpoint));
            return;
        }

        var isNeeded = _user.NeedsServer;
        if (_absence.IsFinal(lost, isUnreachable, isNeeded))
        {
            End(ConnectionFaults.Gone(_address.Endpoint, _user.WhyNoServer));
            return;
        }

        if (isUnreachable && isNeeded && _absence.IsDurable)
        {
            _user.OnUnreachable();
        }

        PauseBeforeRetry();
    }

    /// <summary>Waits before the next attempt: the longer the server is away and nothing needs it, the longer. New work ends a long pause.</summary>
    private void PauseBeforeRetry()
    {
        if (!_closing.Token.WaitHandle.WaitOne(ServerAbsence.RetryDelay) && _absence.IdleDelay is { } delay)
        {
            _wanted.Wait(delay);
            _absence.LengthenIdleDelay();
        }
    }

    /// <summary>The periodic work: a heartbeat, and the check of the server's silence.</summary>
    private void Tick()
    {
        if (_ended || _stream is not { } stream)
        {
            return;
        }

        if (Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastHeard)) > WireLimits.SilenceTimeout)
        {
            Reclaim();
            Receive(stream, null, Deadline.Never); // bytes may have come while this process was suspended
            if (_broken is null && Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastHeard)) > WireLimits.SilenceTimeout)
            {
                _broken = "silence";
            }

            Maintain();
        }
        else
        {
            _faults = 0;
            _sender.SendHeartbeat();
        }
    }

    private bool HasToRelease(Waiter waiter, Deadline deadline) => waiter.IsDone || _owner.IsReclaimed || NeedsThread || deadline.Passed;

    private TimeSpan LongestDelay => _hasSentAhead || _user.ExpectsUpdates ? LongestReclaimDelay : LongestIdleReclaimDelay;

    private bool NeedsThread => _broken is not null || _stopReason is not null || _stream is not { IsInMessage: false };

    /// <summary>Gives the socket to the next waiting caller. Without one it has no owner, and the connection's thread takes it later.</summary>
    private void Release(Waiter waiter)
    {
        var needsThread = NeedsThread;
        if (needsThread)
        {
            _owner.AllowCallers(false);
        }

        if (!_owner.Release(waiter))
        {
            return;
        }

        if (needsThread || _user.HasListeners || Volatile.Read(ref _isFlushDue) != 0 || _stream is { IsBlocked: true })
        {
            _wanted.Raise();
        }
        else
        {
            _wanted.EndRest(); // the thread looks for a socket without an owner again
        }
    }

    /// <summary>Wakes the thread that receives, or the connection's own when none does.</summary>
    private void WakeReceiver()
    {
        _wake.Wake();
        if (!_owner.HasOwner)
        {
            _wanted.Raise();
        }
    }

    /// <summary>Receives and handles what has come, on the thread that owns the socket.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="waiter">The caller that receives, and stops once it is signalled; null for the connection's thread.</param>
    /// <param name="deadline">The caller's deadline.</param>
    private void Receive(ClientStream stream, Waiter? waiter, Deadline deadline)
    {
        try
        {
            // Bounded, because heartbeats and acknowledgements are sent in between.
            for (var i = 0; i < ReceiveBatch && (waiter is null || !HasToRelease(waiter, deadline)); i++)
            {
                var status = stream.Receive(HandleMessage);
                if (status == ReceiveStatus.Received)
                {
                    Interlocked.Exchange(ref _lastHeard, Stopwatch.GetTimestamp());
                }
                else
                {
                    _broken ??= status == ReceiveStatus.Closed ? "disconnected" : null;
                    break;
                }

                if (_stopReason is not null)
                {
                    break;
                }
            }
        }
#pragma warning disable CA1031 // the place in the stream is lost: another stream resumes without a gap
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Expected: a frame that does not open, or a server that breaks the protocol.
            ZProcEventSource.Log.FaultCaught(nameof(Connection), exception);
            _broken = "malformed stream";
            if (++_faults >= MostFaults)
            {
                _stopReason = ConnectionFaults.NotUnderstood(_address.Endpoint, exception);
            }
        }

        if (stream.IsAcknowledgementDue)
        {
            _sender.SendHeartbeat();
        }

        if (Interlocked.Exchange(ref _isFlushDue, 0) != 0 || !_sender.IsEmpty || stream.IsBlocked)
        {
            _sender.Send();
        }
    }

    private bool HandleMessage(in ReadOnlySequence<byte> message)
    {
        var type = Message.Open(message, out var body);
        if (type == MessageType.Stopping)
        {
            _stopReason = ConnectionFaults.Stopped(body.End ? null : FaultFormat.ReadFault(ref body));
            return false;
        }

        _user.OnMessage(type, ref body);
        return true;
    }

    private void End(FaultException reason)
    {
        _ended = true;
        _owner.AllowCallers(false);
        ZProcEventSource.Log.ConnectionEnded(_address.Endpoint, reason.Message);
        CloseStream();
        _user.OnEnded(reason); // no request is queued after this
        _sender.Clear();
    }
}
