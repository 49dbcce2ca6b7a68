using System.Net.Sockets;
using MessagePack;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// Sends what waits for one client over one connection, in frames. Any thread may call <see cref="Send"/>; one at a time sends.
/// </summary>
internal sealed class Outlet
{
    private const int Idle = 0;
    private const int Sending = 1;
    private const int SendingAgain = 2; // something was added while a thread was sending

    private readonly Store _store;
    private readonly FrameSocket _socket;
    private readonly Peer _peer;
    private readonly PushCache _pushes;
    private readonly Action _wake;
    private readonly Action<Action> _startThread;

    private bool _isWoken; // the server's thread was woken, and will send. Guarded by the store's lock

    // Only the thread that sends uses these.
    private readonly List<OutletItem> _batch = [];
    private readonly List<long> _answered = [];
    private SnapshotParts? _parts;
    private int _state;

    // Replies in complete frames, each with the byte count at its end. Guarded by itself.
    private readonly Queue<(long End, long Request)> _delivered = new();

    /// <param name="store">The state.</param>
    /// <param name="socket">The connection.</param>
    /// <param name="peer">The client.</param>
    /// <param name="pushes">Encodes updates.</param>
    /// <param name="wake">Makes the server's thread call <see cref="Send"/>. Called under the store's lock: it must only signal.</param>
    /// <param name="startThread">Starts the thread that waits for the client; null for a <see cref="BackgroundThread"/>. For tests.</param>
    public Outlet(Store store, FrameSocket socket, Peer peer, PushCache pushes, Action wake, Action<Action>? startThread = null)
    {
        _store = store;
        _socket = socket;
        _peer = peer;
        _pushes = pushes;
        _wake = wake;
        _startThread = startThread ?? (static work => BackgroundThread.Start(work, "ZProc sender"));
        Waiting = new OutletQueue(store, Announce);
    }

    /// <summary>What waits to be sent.</summary>
    public OutletQueue Waiting { get; }

    /// <summary>The collector that took it last. Only that collector's thread makes anything of it.</summary>
    public OutletCollector? Collector { get; set; }

    /// <summary>Lets the server's thread send.</summary>
    public void Wake() => _wake();

    /// <summary>Sends all that waits, unless another thread does. When the client takes no more, another thread goes on.</summary>
    public void Send()
    {
        while (true)
        {
            switch (Interlocked.CompareExchange(ref _state, Sending, Idle))
            {
                case Idle:
                    Run();
                    return;
                case Sending when Interlocked.CompareExchange(ref _state, SendingAgain, Sending) != Sending:
                    continue; // the other thread has just ended
                default:
                    return;
            }
        }
    }

    /// <summary>Notes how many bytes the client has taken in all, and forgets the requests whose replies are among them.</summary>
    public void Acknowledge(long taken)
    {
        lock (_delivered)
        {
            while (_delivered.TryPeek(out var reply) && reply.End <= taken)
            {
                _delivered.Dequeue();
                _peer.Forget(reply.Request);
            }
        }
    }

    private void Announce()
    {
        if (!OutletCollector.TryCollect(this) && !_isWoken)
        {
            _isWoken = true;
            _wake();
        }
    }

    private void Run()
    {
        do
        {
            Volatile.Write(ref _state, Sending);
            if (!TrySendAll())
            {
                WaitOnOwnThread();
                return;
            }
        }
        while (Interlocked.CompareExchange(ref _state, Idle, Sending) != Sending);
    }

    /// <summary>Goes on when the client takes more. Its own thread waits, so that no other client does.</summary>
    private void WaitOnOwnThread()
    {
        try
        {
            _startThread(WaitAndRun);
        }
        catch (OutOfMemoryException expected)
        {
            // Expected: the system gives no more threads. The client resumes over another connection.
            ZProcEventSource.Log.FaultCaught(nameof(Outlet), expected);
            _socket.Close();
            Volatile.Write(ref _state, Idle);
        }
    }

    private void WaitAndRun()
    {
        do
        {
            _socket.Wait(SelectMode.SelectWrite);
        }
        while (!TrySendAll());
        if (Interlocked.CompareExchange(ref _state, Idle, Sending) != Sending)
        {
            Run();
        }
    }

    /// <returns>False when the client takes no more now.</returns>
    private bool TrySendAll()
    {
        try
        {
            while (!_socket.IsClosed)
            {
                if (!_socket.TrySend())
                {
                    return false;
                }

                if (_parts is not null)
                {
                    AddPart();
                }
                else if (!TakeBatch())
                {
                    return true;
                }

                CloseFrame();
            }
        }
#pragma warning disable CA1031 // a message that cannot be sent must end neither the server nor the turn to send
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Expected: the memory is exhausted. The client resumes over another connection.
            ZProcEventSource.Log.FaultCaught(nameof(Outlet), exception);
            _socket.Close();
        }

        return true;
    }

    /// <summary>Adds the next messages to the open frame.</summary>
    /// <returns>Whether there were any.</returns>
    private bool TakeBatch()
    {
        _batch.Clear();
        if (Waiting.IsEmpty)
        {
            return false; // without the store's lock: whoever adds something now calls Send afterwards, or wakes another thread that does
        }

        lock (_store.Gate)
        {
            _isWoken = false;
            Waiting.Take(_batch);
        }

        foreach (var item in _batch)
        {
            if (item.Update is { } update)
            {
                AddPush(update);
            }
            else if (item.Lost is { } lost)
            {
                AddEnd(lost, item.Fault!);
            }
            else
            {
                AddReply(item.Reply);
            }
        }

        return _batch.Count > 0;
    }

    private void AddPush(Update update)
    {
        try
        {
            _socket.Add(_pushes.Build(update));
        }
        catch (FaultException fault)
        {
            lock (_store.Gate)
            {
                Waiting.Unsubscribe(update.Namespace);
            }

            AddEnd(update.Namespace, fault);
        }
    }

    private void AddEnd(string ns, FaultException fault) => _socket.Add(Message.Build(MessageType.PushesEnded, (ref MessagePackWriter writer) =>
    {
        writer.Write(ns);
        FaultFormat.Write(ref writer, fault);
    }));

    private void AddReply(in Outgoing reply)
    {
        if (reply.Outcome is byte[] message)
        {
            _socket.Add(message);
        }
        else if (reply.Outcome is Snapshot snapshot && SnapshotParts.AreNeeded(snapshot))
        {
            _parts = new SnapshotParts(reply, snapshot); // a large reply ends its batch
        }
        else
        {
            AddWhole(reply);
        }
    }

    private void AddWhole(in Outgoing reply)
    {
        byte[] message;
        try
        {
            message = Replies.Build(reply);
        }
#pragma warning disable CA1031 // a reply that cannot be encoded is an error of its request
        catch (Exception exception)
#pragma warning restore CA1031
        {
            message = Replies.Build(reply with
            {
                Outcome = new FaultException(Fault.ValueTooLarge, $"The reply cannot be sent: {exception.Message} Ask for less at a time.", null, exception),
            });
        }

        _socket.Add(message);
        _answered.Add(reply.Request);
    }

    private void AddPart()
    {
        if (_parts!.TryNext(out var part))
        {
            _socket.Add(part);
        }
        else
        {
            var reply = _parts.Reply;
            _parts = null;
            AddWhole(reply);
        }
    }

    private void CloseFrame()
    {
        _socket.CloseFrame();
        if (_answered.Count > 0)
        {
            lock (_delivered)
            {
                foreach (var request in _answered)
                {
                    _delivered.Enqueue((_socket.WrittenBytes, request));
                }
            }

            _answered.Clear();
        }
    }
}
