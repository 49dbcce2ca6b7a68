using System.Buffers;
using System.Collections.Concurrent;
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
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(5); // while no caller waits; within a server's patience for its clients

    private readonly ConnectionString _address;
    private readonly Guid _client;
    private readonly IConnectionUser _user;
    private readonly ConcurrentQueue<Request> _outgoing = new();
    private readonly object _sendGate = new(); // the one who holds it sends. The last of all locks
    private readonly SocketOwner _owner = new();
    private readonly WakeSocket _wake = new();
    private readonly object _threadGate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Thread _thread;
    private volatile ClientStream? _stream;
    private bool _isReady; // the user has been told of the stream. Guarded by the send gate
    private bool _threadIsWanted; // guarded by the thread gate
    private volatile bool _isResting; // the thread sleeps until it is wanted
    private volatile bool _hasSentAhead; // some replies may have no caller that waits for them
    private int _isFlushDue;

    private Guid _incarnation;
    private bool _isDurable; // the state outlives the server
    private long _lastHeard; // timestamp of the last bytes
    private long _lostSince; // timestamp of the loss of the stream; 0 while there is one
    private long _neededSince; // timestamp since which work waits for the next server of a durable state; 0 while none does. The thread's own
    private TimeSpan _retryDelay = RetryDelay; // the thread's own
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
            catch (SocketException exception) when (IsUnreachable(exception))
            {
                throw new FaultException(
                    Fault.CannotConnect,
                    $"No server listens at {_address.Endpoint}. Check that the context still runs and that the connection string is its own.",
                    _address.Endpoint,
                    exception);
            }
            catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                // Expected: a busy server closed the connection, or was slow. There may be time for another attempt.
                ZProcEventSource.Log.FaultCaught(nameof(Connection), exception);
                if (late.IsCancellationRequested || late.Token.WaitHandle.WaitOne(RetryDelay))
                {
                    cancellation.ThrowIfCancellationRequested();
                    throw new FaultException(
                        Fault.CannotConnect,
                        $"The program that listens at {_address.Endpoint} did not prove in time to be the server of this connection string. If the server is busy, use a longer -TimeoutSec.",
                        _address.Endpoint,
                        exception);
                }
            }
        }
    }

    /// <summary>Queues a request, built, for <see cref="Flush"/>, <see cref="FlushSoon"/> or <see cref="Wait"/>. The user sends it again when the stream is lost.</summary>
    public void Enqueue(Request request) => _outgoing.Enqueue(request);

    /// <summary>Sends the queued messages.</summary>
    public void Flush()
    {
        bool isBlocked;
        bool isReady;
        lock (_sendGate)
        {
            isReady = _isReady;
            isBlocked = SendQueued();
        }

        if (!isReady)
        {
            WantThread(); // the next attempt to reconnect may be far off
        }
        else if (isBlocked)
        {
            WakeReceiver();
        }
    }

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
    public void DropQueued() => _outgoing.Clear();

    /// <summary>Leaves the server and ends the thread.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _closing.Cancel();
        WantThread();
        _wake.Wake();
        if (_thread.IsAlive && Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        Reclaim();
        lock (_sendGate)
        {
            if (!SendQueued() && _isReady && _stream is { } stream)
            {
                stream.Add(Message.Build(MessageType.Leave));
                stream.Send();
            }

            CloseStream();
        }

        _wake.Dispose();
        _closing.Dispose();
    }

    private static bool IsUnreachable(SocketException exception) => exception.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable
        or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NoData
        or SocketError.AccessDenied or SocketError.TryAgain or SocketError.InvalidArgument;

    /// <summary>Opens a stream and tells the user.</summary>
    private void OpenStream(CancellationToken cancellation)
    {
        _broken = null;
        var stream = ClientStream.Open(_address, _client, _wake, cancellation);
        Welcome? welcome = null;
        try
        {
            var until = Deadline.After(WireLimits.HandshakeTimeout);
            using var registration = cancellation.Register(stream.Close);
            while (welcome is null)
            {
                stream.Wait(until.Remaining);
                _wake.Take();
                if (!TryReceiveWelcome(stream, out welcome) || (welcome is null && until.Passed))
                {
                    cancellation.ThrowIfCancellationRequested();
                    throw new SocketException((int)SocketError.ConnectionReset);
                }
            }

            if (_incarnation != Guid.Empty && _incarnation != welcome.Incarnation)
            {
                throw Restarted();
            }
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        ZProcEventSource.Log.Connected(_address.Endpoint, _incarnation != Guid.Empty);
        _incarnation = welcome.Incarnation;
        _isDurable = welcome.IsDurable;
        Interlocked.Exchange(ref _lastHeard, Stopwatch.GetTimestamp());
        Interlocked.Exchange(ref _lostSince, 0);
        _neededSince = 0;
        _retryDelay = RetryDelay;
        _stream = stream;
        _user.OnConnected(welcome);
        lock (_sendGate)
        {
            _isReady = true;
        }

        _owner.AllowCallers(true);
        Flush();
    }

    /// <returns>False when the stream has ended, or begins with something else.</returns>
    private static bool TryReceiveWelcome(ClientStream stream, out Welcome? welcome)
    {
        Welcome? received = null;
        try
        {
            return stream.Receive((in ReadOnlySequence<byte> message) =>
            {
                received = Message.Open(message, out var body) == MessageType.Welcome
                    ? WelcomeFormat.ReadWelcome(ref body)
                    : throw Message.Malformed("the first message is no WELCOME");
                return false;
            }) != ReceiveStatus.Closed;
        }
        catch (Exception exception) when (Message.IsMalformed(exception))
        {
            // Expected: a server that breaks the protocol. The next attempt may meet another one.
            ZProcEventSource.Log.FaultCaught(nameof(Connection), exception);
            return false;
        }
        finally
        {
            welcome = received;
        }
    }

    private void CloseStream()
    {
        lock (_sendGate)
        {
            _isReady = false;
            _stream?.Dispose();
            _stream = null;
        }
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
                else if (WaitUntilWanted(reclaimDelay, nextTick.Remaining))
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
            End(new FaultException(Fault.ConnectionLost, $"The connection to {_address.Endpoint} failed: {exception.Message} Connect again.", _address.Endpoint, exception));
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
        Interlocked.CompareExchange(ref _lostSince, Stopwatch.GetTimestamp(), 0);
        ZProcEventSource.Log.ConnectionLost(_address.Endpoint, reason);
    }

    /// <summary>Tries once to open another stream, and waits a little after a failure.</summary>
    private void Reconnect()
    {
        var isUnreachable = false;
        var lost = Stopwatch.GetElapsedTime(Interlocked.Read(ref _lostSince)); // before the attempt, during which this process may be suspended
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
            isUnreachable = IsUnreachable(expected);
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
            End(fault.Fault == Fault.ConnectionLost ? fault : Restarted());
            return;
        }

        if (_isDurable ? IsNextServerOverdue(isUnreachable)
            : (isUnreachable && (_address.Address.RefusalIsFinal || lost > WireLimits.ReconnectTimeout)) || lost > WireLimits.SessionTimeout)
        {
            End(new FaultException(
                Fault.ConnectionLost,
                $"The server at {_address.Endpoint} is gone.{_user.WhyNoServer} A write without a reply may or may not have been made.",
                _address.Endpoint));
            return;
        }

        PauseBeforeRetry();
    }

    /// <summary>
    /// Whether work has waited for too long for the next server of a durable state. While none waits, the connection stays lost, and
    /// the next caller finds it so.
    /// </summary>
    private bool IsNextServerOverdue(bool isUnreachable)
    {
        if (!_user.NeedsServer)
        {
            _neededSince = 0;
            return false;
        }

        if (_neededSince == 0)
        {
            _neededSince = Stopwatch.GetTimestamp();
            _retryDelay = RetryDelay;
        }

        if (isUnreachable)
        {
            _user.OnUnreachable();
        }

        return Stopwatch.GetElapsedTime(_neededSince) > WireLimits.RestartTimeout;
    }

    /// <summary>Waits before the next attempt: the longer the server is away and no work needs it, the longer. New work ends a long pause.</summary>
    private void PauseBeforeRetry()
    {
        if (_closing.Token.WaitHandle.WaitOne(RetryDelay) || _neededSince != 0 || !_isDurable)
        {
            return;
        }

        lock (_threadGate)
        {
            if (!_threadIsWanted)
            {
                Monitor.Wait(_threadGate, _retryDelay);
            }

            _threadIsWanted = false;
        }

        _retryDelay = RetryPause.Longer(_retryDelay, LongestRetryDelay);
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
            SendHeartbeat();
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
            WantThread();
        }
        else if (_isResting)
        {
            lock (_threadGate)
            {
                Monitor.Pulse(_threadGate); // it looks for a socket without an owner again
            }
        }
    }

    /// <summary>Wakes the thread that receives, or the connection's own when none does.</summary>
    private void WakeReceiver()
    {
        _wake.Wake();
        if (!_owner.HasOwner)
        {
            WantThread();
        }
    }

    private void WantThread()
    {
        lock (_threadGate)
        {
            _threadIsWanted = true;
            Monitor.Pulse(_threadGate);
        }
    }

    /// <summary>Waits while callers receive.</summary>
    /// <param name="delay">When to look for a socket without an owner.</param>
    /// <param name="tick">When the periodic work is due.</param>
    /// <returns>Whether the thread is wanted.</returns>
    private bool WaitUntilWanted(TimeSpan delay, TimeSpan tick)
    {
        lock (_threadGate)
        {
            if (!_threadIsWanted)
            {
                // A caller that has received for a while wakes this thread in the end. It releases the socket before it looks at the flag.
                _isResting = delay >= LongestDelay;
                Interlocked.MemoryBarrier();
                _isResting = _isResting && _owner.IsHeldForLong;
                Monitor.Wait(_threadGate, _isResting || delay > tick ? tick : delay);
                _isResting = false;
            }

            var wasWanted = _threadIsWanted;
            _threadIsWanted = false;
            return wasWanted;
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
                _stopReason = new FaultException(
                    Fault.ConnectionLost, $"The messages of the server at {_address.Endpoint} cannot be understood: {exception.Message} Connect again.", _address.Endpoint, exception);
            }
        }

        if (stream.IsAcknowledgementDue)
        {
            SendHeartbeat();
        }

        if (Interlocked.Exchange(ref _isFlushDue, 0) != 0 || !_outgoing.IsEmpty || stream.IsBlocked)
        {
            lock (_sendGate)
            {
                SendQueued();
            }
        }
    }

    private bool HandleMessage(in ReadOnlySequence<byte> message)
    {
        var type = Message.Open(message, out var body);
        if (type == MessageType.Stopping)
        {
            _stopReason = new FaultException(Fault.ContextStopped, "The owner of the context has stopped it. Start another context or connect to one.");
            return false;
        }

        _user.OnMessage(type, ref body);
        return true;
    }

    private void SendHeartbeat()
    {
        lock (_sendGate)
        {
            if (_isReady && _stream is { IsBlocked: false } stream)
            {
                stream.Add(Message.Build(MessageType.ClientHeartbeat, stream.TakeAcknowledgement(), static (ref MessagePackWriter writer, long taken) => writer.Write(taken)));
                stream.Send();
            }
        }
    }

    /// <summary>Sends the queued messages. The caller holds the send gate.</summary>
    /// <returns>Whether the server takes no more now.</returns>
    private bool SendQueued()
    {
        if (!_isReady || _stream is not { } stream)
        {
            return false;
        }

        if (stream.IsBlocked)
        {
            stream.Send();
        }

        while (!stream.IsBlocked && !_outgoing.IsEmpty)
        {
            for (var bytes = 0; bytes < WireLimits.ChunkBytes && _outgoing.TryDequeue(out var request);)
            {
                var message = request.TakeMessage();
                stream.Add(message);
                bytes += message.Length;
            }

            stream.Send();
        }

        return stream.IsBlocked;
    }

    /// <summary>The error when another server, with the same secret or another one, has taken the place of this client's server.</summary>
    private FaultException Restarted() => new(
        Fault.ConnectionLost,
        $"The server at {_address.Endpoint} was restarted and has a new state. Connect again and read the new state.",
        _address.Endpoint);

    private void End(FaultException reason)
    {
        _ended = true;
        _owner.AllowCallers(false);
        ZProcEventSource.Log.ConnectionEnded(_address.Endpoint, reason.Message);
        CloseStream();
        _user.OnEnded(reason);
    }
}
