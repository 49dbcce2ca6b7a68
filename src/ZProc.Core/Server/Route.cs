using System.Diagnostics;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// One connection of a client that has proven the secret: what it was sent, what it has taken, and what waits because
/// it takes too slowly. Frames wait here only for messages that have begun; updates wait in the log.
/// Belongs to the server's thread.
/// </summary>
internal sealed class Route
{
    private const int UpdatesAtOnce = 1024;

    private readonly FrameWriter _writer = new([]);
    private readonly Queue<(long End, long Request)> _delivered = new();
    private readonly List<long> _answered = []; // since the last frame was closed
    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly long _since = Stopwatch.GetTimestamp();
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

    /// <summary>How old the connection is.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_since);

    /// <summary>The client's routing id on the socket.</summary>
    public Guid Id { get; }

    /// <summary>The same as the socket wants it.</summary>
    public byte[] Address { get; }

    /// <summary>What each of its frames must start with.</summary>
    public byte[] Token { get; }

    /// <summary>The client.</summary>
    public Peer Peer { get; }

    public FrameReader Reader { get; }

    /// <summary>The updates it wants, by namespace.</summary>
    public IReadOnlyDictionary<string, Subscription> Subscriptions => _subscriptions;

    /// <summary>Answers that wait for their turn behind updates.</summary>
    public Queue<Outgoing> Answers { get; } = new();

    /// <summary>An answer that is being sent in parts, before all that waits; null when there is none.</summary>
    public SnapshotParts? Parts { get; set; }

    /// <summary>Whether something waits: from then on all goes in the store's order, from the log and the answers.</summary>
    public bool IsBehind { get; set; }

    /// <summary>Whether it may be sent more.</summary>
    public bool HasCredit => _writer.Bytes - _taken < WireLimits.CreditBytes;

    /// <summary>Whether messages have been added since the last <see cref="CloseFrame"/>.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Begins to follow a namespace, or begins anew. The caller holds the store's lock.</summary>
    public void Subscribe(string ns, Feed feed, long revision, long began)
    {
        var subscription = new Subscription(feed, revision, began); // before the former one ends: what nobody follows may be forgotten
        Unsubscribe(ns);
        _subscriptions.Add(ns, subscription);
    }

    /// <summary>No longer follows a namespace.</summary>
    public void Unsubscribe(string ns)
    {
        if (_subscriptions.Remove(ns, out var subscription))
        {
            subscription.Dispose();
        }
    }

    /// <summary>The connection is gone: the client keeps its place in what it followed until it has made another.</summary>
    public void Close()
    {
        foreach (var (ns, subscription) in _subscriptions)
        {
            Peer.Keep(ns, subscription);
        }

        _subscriptions.Clear();
    }

    /// <summary>Adds a message behind those that wait.</summary>
    public void Enqueue(ReadOnlySpan<byte> message)
    {
        _writer.Add(message);
        IsOpen = true;
    }

    /// <summary>Adds an answer, and remembers where it ends: once the client has taken that much, it has seen it.</summary>
    public void EnqueueAnswer(long request, ReadOnlySpan<byte> message)
    {
        Enqueue(message);
        _answered.Add(request);
    }

    /// <summary>Lets go what was kept for others to share its frame.</summary>
    public void CloseFrame()
    {
        IsOpen = false;
        _writer.Close();
        foreach (var request in _answered)
        {
            _delivered.Enqueue((_writer.Bytes, request));
        }

        _answered.Clear();
    }

    /// <summary>
    /// The oldest updates it lacks, over all its namespaces in the store's order, up to the next answer: many at once, as
    /// finding them takes a look at every namespace. None when there is an answer to be sent first or one that it can no longer
    /// follow, which <see cref="Next"/> sees to. The caller holds the store's lock.
    /// </summary>
    public IReadOnlyList<(Subscription Subscription, Update Update)> NextUpdates()
    {
        var until = Answers.TryPeek(out var answer) ? answer.Sequence : long.MaxValue;
        var oldest = new PriorityQueue<(Subscription Subscription, Update Update), long>(); // the newest of them first
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
                    break; // there are enough older ones, and what follows is newer still
                }
            }
        }

        return [.. oldest.UnorderedItems.Select(item => item.Element).OrderBy(item => item.Update.Sequence)];
    }

    /// <summary>
    /// What comes next in the store's order: the oldest update it lacks, or an answer when no older update is missing.
    /// The caller holds the store's lock, so that all its namespaces are seen at one moment.
    /// </summary>
    /// <exception cref="FaultException">Compacted: <paramref name="lost"/> is what it can no longer follow.</exception>
    public (Subscription? Subscription, Update? Update, bool IsAnswer) Next(out string? lost)
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
        var isAnswer = Answers.TryPeek(out var answer) && answer.Sequence <= until && (update is null || update.Sequence > answer.Sequence);
        if (!isAnswer && behind is not null && (update is null || update.Sequence > until))
        {
            behind.Feed.Log.CheckKept(behind.Revision + 1);
        }

        lost = null;
        return isAnswer ? (null, null, true) : (subscription, update, false);
    }

    /// <summary>The next frame to send, if it may be sent more.</summary>
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

    /// <summary>Learns how much the client has taken in all, and with it which answers it has seen.</summary>
    public void Acknowledge(long taken)
    {
        _taken = Math.Clamp(taken, _taken, _sent);
        while (_delivered.TryPeek(out var answer) && answer.End <= _taken)
        {
            _delivered.Dequeue();
            Peer.Forget(answer.Request);
        }
    }
}
