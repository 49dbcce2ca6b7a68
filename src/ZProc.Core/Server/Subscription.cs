using ZProc.Core.State;

namespace ZProc.Core.Server;

/// <summary>A client's subscription to a namespace: a cursor into its log, so that a slow client costs no memory.</summary>
internal sealed class Subscription : IDisposable
{
    private bool _ended;

    /// <param name="feed">The namespace's feed.</param>
    /// <param name="revision">The last revision that the client has.</param>
    /// <param name="began">The server's sequence when the client subscribed; 0 when it resumes.</param>
    public Subscription(Feed feed, long revision, long began)
    {
        Feed = feed;
        Revision = revision;
        Began = began;
        feed.Follow(begins: true);
    }

    /// <summary>The namespace's feed.</summary>
    public Feed Feed { get; }

    /// <summary>The last revision sent.</summary>
    public long Revision { get; set; }

    /// <summary>
    /// The server's sequence when the client subscribed; 0 when it resumes. A client learns that it has fallen behind only after the
    /// reply to its request, so not before this sequence; one that resumes learns it at once.
    /// </summary>
    public long Began { get; set; }

    /// <summary>Ends the subscription, so that the store may forget the namespace.</summary>
    public void Dispose()
    {
        lock (Feed.Gate)
        {
            if (!_ended)
            {
                _ended = true;
                Feed.Follow(begins: false);
            }
        }
    }
}
