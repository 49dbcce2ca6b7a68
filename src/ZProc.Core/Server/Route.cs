using System.Diagnostics;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// One connection of a client that has proven the secret: how much the server has sent, how much the client has acknowledged,
/// and the messages that wait for credit. Frames of a begun message and replies wait here; updates wait in their log.
/// Only the server's thread uses it.
/// </summary>
internal sealed class Route
{
    private const int UpdatesAtOnce = 1024;

    private readonly FrameWriter _writer = new([]);
    private readonly Queue<(long End, long Request)> _delivered = new(); // replies in sent frames, each with the byte count at its end
    private readonly List<long> _answered = []; // requests whose replies are in the open frame
    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly long _opened = Stopwatch.GetTimestamp();
    private long _sent;
    private long _taken;

    public Route(Guid id, byte[] token, Peer peer, long maximumMessageBytes)
    {
        Id = id;
        Address = id.ToByteArray();
        Token = token;
        Peer = peer;
        Reader = new FrameReader(maximumMessageBytes);
    }

    /// <summary>The time since the connection was opened.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_opened);

    /// <summary>The connection's routing id on the socket.</summary>
    public Guid Id { get; }

    /// <summary>The routing id in the socket's form.</summary>
    public byte[] Address { get; }

    /// <summary>The session token, with which each of the client's frames must start.</summary>
    public byte[] Token { get; }

    /// <summary>The client.</summary>
    public Peer Peer { get; }

    /// <summary>Reads the client's frames.</summary>
    public FrameReader Reader { get; }

    /// <summary>Its subscriptions, by namespace.</summary>
    public IReadOnlyDictionary<string, Subscription> Subscriptions => _subscriptions;

    /// <summary>Replies that wait for older updates to be sent.</summary>
    public Queue<Outgoing> Replies { get; } = new();

    /// <summary>The large reply that is being sent in parts, before everything else; null when there is none.</summary>
    public SnapshotParts? Parts { get; set; }

    /// <summary>Whether something waits for credit. Then everything is sent in the store's order, from the logs and from <see cref="Replies"/>.</summary>
    public bool IsBehind { get; set; }

    /// <summary>Whether the client has credit for more.</summary>
    public bool HasCredit => _writer.Bytes - _taken < WireLimits.CreditBytes;

    /// <summary>Whether the frame is open: messages were added since the last <see cref="CloseFrame"/>.</summary>
    public bool IsFrameOpen { get; private set; }

    /// <summary>Begins a subscription, or replaces one. The caller holds the store's lock.</summary>
    public void Subscribe(string ns, Feed feed, long revision, long began)
    {
        var subscription = new Subscription(feed, revision, began); // before the former one ends: the store may forget a namespace that has no follower
        Unsubscribe(ns);
        _subscriptions.Add(ns, subscription);
    }

    /// <summary>Ends a subscription, if there is one.</summary>
    public void Unsubscribe(string ns)
    {
        if (_subscriptions.Remove(ns, out var subscription))
        {
            subscription.Dispose();
        }
    }

    /// <summary>Closes the connection. The <see cref="Peer"/> retains its subscriptions until the client has reconnected.</summary>
    public void Close()
    {
        foreach (var (ns, subscription) in _subscriptions)
        {
            Peer.Retain(ns, subscription);
        }

        _subscriptions.Clear();
    }

    /// <summary>Adds a message to the open frame.</summary>
    public void Enqueue(ReadOnlySpan<byte> message)
    {
        _writer.Add(message);
        IsFrameOpen = true;
    }

    /// <summary>Adds a reply and notes where it ends: the client has seen the reply once it has acknowledged that many bytes.</summary>
    public void EnqueueReply(long request, ReadOnlySpan<byte> message)
    {
        Enqueue(message);
        _answered.Add(request);
    }

    /// <summary>Closes the open frame so that it can be sent.</summary>
    public void CloseFrame()
    {
        IsFrameOpen = false;
        _writer.Close();
        foreach (var request in _answered)
        {
            _delivered.Enqueue((_writer.Bytes, request));
        }

        _answered.Clear();
    }

    /// <summary>
    /// The oldest updates that the client lacks, over all its namespaces, in the store's order and up to the next reply. They are
    /// collected many at a time, because each search visits every subscription. Empty when a reply comes first or a subscription
    /// has fallen behind its log; then <see cref="Next"/> decides. The caller holds the store's lock.
    /// </summary>
    public IReadOnlyList<(Subscription Subscription, Update Update)> NextUpdates()
    {
        var until = Replies.TryPeek(out var reply) ? reply.Sequence : long.MaxValue;
        var oldest = new PriorityQueue<(Subscription Subscription, Update Update), long>(); // ordered with the newest first
        foreach (var subscription in Subscriptions.Values)
        {
            var log = subscription.Feed.Log;
            if (subscription.Revision < log.Oldest - 1)
            {
                return [];
            }

            for (var revision = subscription.Revision + 1; revision <= log.Revision; revision++)
            {
                var update = log[revision];
                if (update.Sequence > until)
                {
                    break;
                }

                if (oldest.Count < UpdatesAtOnce)
                {
                    oldest.Enqueue((subscription, update), -update.Sequence);
                }
                else if (ReferenceEquals(oldest.EnqueueDequeue((subscription, update), -update.Sequence).Update, update))
                {
                    break; // there are enough older updates, and the rest of this log is newer still
                }
            }
        }

        return [.. oldest.UnorderedItems.Select(item => item.Element).OrderBy(item => item.Update.Sequence)];
    }

    /// <summary>
    /// The next message in the store's order: the oldest update that the client lacks, or a reply when there is no older update.
    /// The caller holds the store's lock, so that all namespaces are seen at one moment.
    /// </summary>
    /// <param name="lost">With the exception: the namespace whose subscription has fallen behind.</param>
    /// <returns>The update with its subscription, or that a reply comes next; neither when nothing waits.</returns>
    /// <exception cref="FaultException">Compacted: the log no longer has the next update of <paramref name="lost"/>.</exception>
    public (Subscription? Subscription, Update? Update, bool IsReply) Next(out string? lost)
    {
        lost = null;
        Subscription? behind = null;
        Subscription? subscription = null;
        Update? update = null;
        foreach (var (ns, candidate) in Subscriptions)
        {
            var log = candidate.Feed.Log;
            if (candidate.Revision >= log.Revision)
            {
                continue;
            }

            if (candidate.Revision < log.Oldest - 1)
            {
                if (behind is null || candidate.Began < behind.Began)
                {
                    (behind, lost) = (candidate, ns);
                }
            }
            else if (log[candidate.Revision + 1] is var next && (update is null || next.Sequence < update.Sequence))
            {
                (subscription, update) = (candidate, next);
            }
        }

        var until = behind?.Began ?? long.MaxValue;
        var isReply = Replies.TryPeek(out var reply) && reply.Sequence <= until && (update is null || update.Sequence > reply.Sequence);
        if (!isReply && behind is not null && (update is null || update.Sequence > until))
        {
            behind.Feed.Log.CheckKept(behind.Revision + 1);
        }

        lost = null;
        return isReply ? (null, null, true) : (subscription, update, false);
    }

    /// <summary>Takes the next frame to send, if there is one and the client has credit.</summary>
    public bool TryDequeue(out byte[] frame)
    {
        if (_sent - _taken >= WireLimits.CreditBytes || !_writer.TryTake(out frame))
        {
            frame = [];
            return false;
        }

        _sent += frame.Length;
        return true;
    }

    /// <summary>Notes how many bytes the client has taken in all, and forgets the requests whose replies are among them.</summary>
    public void Acknowledge(long taken)
    {
        _taken = Math.Clamp(taken, _taken, _sent);
        while (_delivered.TryPeek(out var reply) && reply.End <= _taken)
        {
            _delivered.Dequeue();
            Peer.Forget(reply.Request);
        }
    }
}
