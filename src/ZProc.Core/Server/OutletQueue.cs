using MessagePack;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// What waits to go out to one client. There is one answer to "what is next": of the replies that wait and the updates that the client's
/// subscriptions lack, the one that comes first in the store's order. Updates wait in their logs. The store's lock guards all of it.
/// </summary>
internal sealed class OutletQueue
{
    private const int BatchItems = 256;
    private const long BatchBytes = 256 * 1024;

    private readonly Store _store;
    private readonly Action _announce;
    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Subscription, long> _dirty = new(); // by the sequence of the next update
    private readonly Queue<Outgoing> _replies = new();
    private long _waitingBytes; // of the replies
    private bool _isHeartbeatDue;
    private bool _isClosed;
    private bool _isWaitedFor; // a receiving thread waits for room

    /// <param name="store">The state.</param>
    /// <param name="announce">Called when something is there to send. It must only signal.</param>
    public OutletQueue(Store store, Action announce)
    {
        _store = store;
        _announce = announce;
    }

    /// <summary>How many namespaces the client follows.</summary>
    public int Subscriptions => _subscriptions.Count;

    /// <summary>
    /// Begins a subscription with the newest revision. One that exists goes on, so that the client gets every update before the
    /// snapshot that it asked for.
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

    /// <summary>Begins a subscription after a revision, or replaces one.</summary>
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

    /// <summary>Ends a subscription, if there is one.</summary>
    public void Unsubscribe(string ns)
    {
        if (_subscriptions.Remove(ns, out var subscription))
        {
            subscription.Dispose();
        }
    }

    /// <summary>Notes that a subscription has an update to send.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="sequence">The sequence of the update.</param>
    public void Note(Subscription subscription, long sequence)
    {
        subscription.IsDirty = true;
        _dirty.Enqueue(subscription, sequence);
        Announce();
    }

    /// <summary>Adds a reply or a message of the server's own.</summary>
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

    /// <summary>Sends a sign of life once nothing else waits.</summary>
    public void AddHeartbeat()
    {
        _isHeartbeatDue = true;
        Announce();
    }

    /// <summary>Ends the connection's subscriptions and drops what waits.</summary>
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

    /// <summary>Whether so much waits that no more requests are to be read. A reader without the store's lock may see it late.</summary>
    public bool IsFull => _replies.Count > WireLimits.WaitingReplies || Volatile.Read(ref _waitingBytes) > WireLimits.WaitingReplyBytes;

    /// <summary>Whether nothing waits. A reader without the store's lock may see it late.</summary>
    public bool IsEmpty => _replies.Count == 0 && _dirty.Count == 0 && !_isHeartbeatDue;

    /// <summary>Waits while too many replies wait, so that no more requests of a client that does not take them are read. The caller does not hold the store's lock.</summary>
    /// <param name="socket">The connection, whose end ends the wait.</param>
    public void WaitForRoom(FrameSocket socket)
    {
        if (!IsFull)
        {
            return; // without the store's lock, which all clients share: a reply that is added now is seen the next time
        }

        lock (_store.Gate)
        {
            while (IsFull && !_isClosed && !socket.IsClosed)
            {
                _isWaitedFor = true;
                Monitor.Wait(_store.Gate, WireLimits.HeartbeatInterval);
            }
        }
    }

    /// <summary>Takes the next messages, in the store's order.</summary>
    /// <param name="batch">Gets them.</param>
    public void Take(List<OutletItem> batch)
    {
        for (var bytes = 0L; batch.Count < BatchItems && bytes < BatchBytes;)
        {
            var hasReply = _replies.TryPeek(out var reply);
            if (_dirty.TryPeek(out var subscription, out var sequence) && (!hasReply || sequence <= reply.Sequence))
            {
                _dirty.Dequeue();
                bytes += TakeUpdate(subscription, sequence, batch);
            }
            else if (hasReply)
            {
                _replies.Dequeue();
                ZProcMeter.Outgoing.Add(-1);
                batch.Add(new OutletItem(reply, null, null, null));
                _waitingBytes -= reply.Bytes;
                bytes += reply.Outcome is Snapshot or UpdatePage ? BatchBytes : reply.Bytes; // a large reply goes alone
            }
            else
            {
                break;
            }
        }

        if (batch.Count == 0 && _isHeartbeatDue)
        {
            var now = _store.Sequence; // everything up to here has been sent
            _isHeartbeatDue = false;
            batch.Add(new OutletItem(new Outgoing(now, 0, Message.Build(MessageType.ServerHeartbeat, now, static (ref MessagePackWriter writer, long now) => writer.Write(now))), null, null, null));
        }

        if (_isWaitedFor && !IsFull)
        {
            _isWaitedFor = false;
            Monitor.PulseAll(_store.Gate);
        }
    }

    /// <returns>The size of the update.</returns>
    private long TakeUpdate(Subscription subscription, long sequence, List<OutletItem> batch)
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
            batch.Add(new OutletItem(default, null, ns, fault));
            return 0;
        }

        var update = log[++subscription.Revision];
        batch.Add(new OutletItem(default, update, null, null));
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

    private void Announce()
    {
        if (!_isClosed)
        {
            _announce();
        }
    }
}
