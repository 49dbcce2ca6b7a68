using ZProc.Core.State;

namespace ZProc.Core.Server;

/// <summary>A client's subscription to a namespace: a cursor into its log, so that a slow client costs no memory. The store's lock guards it.</summary>
internal sealed class Subscription : IFollower, IDisposable
{
    private OutletQueue? _queue;
    private bool _ended;

    /// <param name="feed">The namespace's feed.</param>
    /// <param name="queue">Where its updates go.</param>
    /// <param name="revision">The last revision that the client has.</param>
    public Subscription(Feed feed, OutletQueue queue, long revision)
    {
        Feed = feed;
        _queue = queue;
        Revision = revision;
        feed.Add(this);
    }

    /// <summary>The namespace's feed.</summary>
    public Feed Feed { get; }

    /// <summary>The last revision that was taken to be sent.</summary>
    public long Revision { get; set; }

    /// <summary>The server's sequence when the client subscribed again; 0 when it has not. It learns that it fell behind only after that.</summary>
    public long Began { get; set; }

    /// <summary>Whether the queue knows that there are updates to send.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Whether the client gets no more updates from it.</summary>
    public bool IsDetached => _queue is null;

    /// <summary>Sends no more updates, but keeps the namespace in the store.</summary>
    public void Detach() => _queue = null;

    /// <summary>Ends the subscription, so that the store may forget the namespace.</summary>
    public void Dispose()
    {
        lock (Feed.Gate)
        {
            if (!_ended)
            {
                _ended = true;
                _queue = null;
                Feed.Remove(this);
            }
        }
    }

    void IFollower.OnAppended(Update update)
    {
        if (!IsDirty)
        {
            _queue?.Note(this, update.Sequence);
        }
    }
}
