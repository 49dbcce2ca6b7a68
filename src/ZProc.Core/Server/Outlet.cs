using System.Net.Sockets;
using System.Runtime.InteropServices;
using MessagePack;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// What goes out to one client over one connection. There is one answer to "what is next": of the replies that wait and the updates
/// that the client's subscriptions lack, the one that comes first in the store's order. Updates wait in their logs. Any thread may
/// call <see cref="Send"/>; one at a time sends.
/// </summary>
internal sealed class Outlet
{
    private const int BatchItems = 256;
    private const long BatchBytes = 256 * 1024;

    private const int Idle = 0;
    private const int Sending = 1;
    private const int SendingAgain = 2; // something was added while a thread was sending

    private readonly Store _store;
    private readonly FrameSocket _socket;
    private readonly Peer _peer;
    private readonly PushCache _pushes;
    private readonly Action _wake;

    // Guarded by the store's lock.
    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Subscription, long> _dirty = new(); // by the sequence of the next update
    private readonly Queue<Outgoing> _replies = new();
    private long _waitingBytes; // of the replies
    private bool _isWoken; // the server's thread was woken, and will send
    private bool _isHeartbeatDue;
    private bool _isClosed;
    private bool _isWaitedFor; // the receiving thread waits for room

    // Only the thread that sends uses these.
    private readonly List<Item> _batch = [];
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
    public Outlet(Store store, FrameSocket socket, Peer peer, PushCache pushes, Action wake)
    {
        _store = store;
        _socket = socket;
        _peer = peer;
        _pushes = pushes;
        _wake = wake;
    }

    /// <summary>The collector that took it last. Only that collector's thread makes anything of it.</summary>
    public OutletCollector? Collector { get; set; }

    /// <summary>How many namespaces the client follows. The caller holds the store's lock.</summary>
    public int Subscriptions => _subscriptions.Count;

    /// <summary>
    /// Begins a subscription with the newest revision. One that exists goes on, so that the client gets every update before the
    /// snapshot that it asked for. The caller holds the store's lock.
    /// </summary>
    public void Subscribe(string ns, Feed feed)
    {
        if (_subscriptions.TryGetValue(ns, out var former))
        {
            former.Began = _store.Sequence;
        }
        else
        {
            Subscribe(ns, feed, feed.Log.Revision);
        }
    }

    /// <summary>Begins a subscription after a revision, or replaces one. The caller holds the store's lock.</summary>
    public void Subscribe(string ns, Feed feed, long revision)
    {
        var subscription = new Subscription(feed, this, revision); // before the former one ends: the store may forget a namespace that has no follower
        Unsubscribe(ns);
        _subscriptions.Add(ns, subscription);
        if (revision < feed.Log.Revision)
        {
            Note(subscription, feed.Log[revision + 1].Sequence);
        }
    }

    /// <summary>Ends a subscription, if there is one. The caller holds the store's lock.</summary>
    public void Unsubscribe(string ns)
    {
        if (_subscriptions.Remove(ns, out var subscription))
        {
            subscription.Dispose();
        }
    }

    /// <summary>Notes that a subscription has an update to send. The caller holds the store's lock.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="sequence">The sequence of the update.</param>
    public void Note(Subscription subscription, long sequence)
    {
        subscription.IsDirty = true;
        _dirty.Enqueue(subscription, sequence);
        Announce();
    }

    /// <summary>Adds a reply or a message of the server's own. The caller holds the store's lock.</summary>
    public void Add(in Outgoing message)
    {
        if (!_isClosed)
        {
            _replies.Enqueue(message);
            _waitingBytes += message.Bytes;
            ZProcMeter.Outgoing.Add(1);
            Announce();
        }
    }

    /// <summary>Sends a sign of life once nothing else waits. The caller holds the store's lock.</summary>
    public void AddHeartbeat()
    {
        _isHeartbeatDue = true;
        Announce();
    }

    /// <summary>Ends the connection's subscriptions and drops what waits. The caller holds the store's lock.</summary>
    /// <param name="retain">Receives each subscription, so that the store keeps the namespace until the client has reconnected.</param>
    public void Close(Action<string, Subscription> retain)
    {
        _isClosed = true;
        foreach (var (ns, subscription) in _subscriptions)
        {
            subscription.Detach();
            retain(ns, subscription);
        }

        _subscriptions.Clear();
        _dirty.Clear();
        ZProcMeter.Outgoing.Add(-_replies.Count);
        _replies.Clear();
        _waitingBytes = 0;
    }

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

    /// <summary>Whether so much waits that no more requests are to be read. A reader without the store's lock may see it late.</summary>
    public bool IsFull => _replies.Count > WireLimits.WaitingReplies || Volatile.Read(ref _waitingBytes) > WireLimits.WaitingReplyBytes;

    /// <summary>Waits while too many replies wait, so that no more requests of a client that does not take them are read.</summary>
    public void WaitForRoom()
    {
        if (!IsFull)
        {
            return; // without the store's lock, which all clients share: a reply that is added now is seen the next time
        }

        lock (_store.Gate)
        {
            while (IsFull && !_isClosed && !_socket.IsClosed)
            {
                _isWaitedFor = true;
                Monitor.Wait(_store.Gate, WireLimits.HeartbeatInterval);
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
        if (!_isClosed && !OutletCollector.TryCollect(this) && !_isWoken)
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
                // The client takes nothing now. Its own thread waits, so that no other client does.
                BackgroundThread.Start(WaitAndRun, "ZProc sender");
                return;
            }
        }
        while (Interlocked.CompareExchange(ref _state, Idle, Sending) != Sending);
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
        if (_replies.Count == 0 && _dirty.Count == 0 && !_isHeartbeatDue)
        {
            return false; // without the store's lock: whoever adds something now calls Send afterwards, or wakes another thread that does
        }

        lock (_store.Gate)
        {
            _isWoken = false;
            Take();
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

    /// <summary>Takes the next messages, in the store's order. The caller holds the store's lock.</summary>
    private void Take()
    {
        for (var bytes = 0L; _batch.Count < BatchItems && bytes < BatchBytes;)
        {
            var hasReply = _replies.TryPeek(out var reply);
            if (_dirty.TryPeek(out var subscription, out var sequence) && (!hasReply || sequence <= reply.Sequence))
            {
                _dirty.Dequeue();
                bytes += TakeUpdate(subscription, sequence);
            }
            else if (hasReply)
            {
                _replies.Dequeue();
                ZProcMeter.Outgoing.Add(-1);
                _batch.Add(new Item(reply, null, null, null));
                _waitingBytes -= reply.Bytes;
                bytes += reply.Outcome is Snapshot or UpdatePage ? BatchBytes : reply.Bytes; // a large reply goes alone
            }
            else
            {
                break;
            }
        }

        if (_batch.Count == 0 && _isHeartbeatDue)
        {
            var now = _store.Sequence; // everything up to here has been sent
            _isHeartbeatDue = false;
            _batch.Add(new Item(new Outgoing(now, 0, Message.Build(MessageType.ServerHeartbeat, now, static (ref MessagePackWriter writer, long now) => writer.Write(now))), null, null, null));
        }

        if (_isWaitedFor && !IsFull)
        {
            _isWaitedFor = false;
            Monitor.PulseAll(_store.Gate);
        }
    }

    /// <returns>The size of the update.</returns>
    private long TakeUpdate(Subscription subscription, long sequence)
    {
        if (subscription.IsDetached)
        {
            return 0;
        }

        var log = subscription.Feed.Log;
        try
        {
            log.CheckKept(subscription.Revision + 1);
        }
        catch (FaultException) when (sequence <= subscription.Began)
        {
            _dirty.Enqueue(subscription, subscription.Began + 1); // the client learns it after the reply that it waits for
            return 0;
        }
        catch (FaultException fault)
        {
            var ns = _subscriptions.First(pair => pair.Value == subscription).Key;
            Unsubscribe(ns);
            _batch.Add(new Item(default, null, ns, fault));
            return 0;
        }

        var update = log[++subscription.Revision];
        _batch.Add(new Item(default, update, null, null));
        if (subscription.Revision < log.Revision)
        {
            _dirty.Enqueue(subscription, log[subscription.Revision + 1].Sequence);
        }
        else
        {
            subscription.IsDirty = false;
        }

        return update.Size;
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
                Unsubscribe(update.Namespace);
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

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Item(Outgoing Reply, Update? Update, string? Lost, FaultException? Fault);
}
