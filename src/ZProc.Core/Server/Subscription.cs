using ZProc.Core.State;

namespace ZProc.Core.Server;

/// <summary>A client's place in the updates of a namespace: a cursor, so that a slow client costs no memory.</summary>
internal sealed class Subscription : IDisposable
{
    private bool _ended;

    /// <param name="feed">What is followed.</param>
    /// <param name="revision">The last revision the client has.</param>
    /// <param name="began">The server's sequence when the client asked for it; 0 when it resumes.</param>
    public Subscription(Feed feed, long revision, long began)
    {
        Feed = feed;
        Revision = revision;
        Began = began;
        feed.Follow(begins: true);
    }

    public Feed Feed { get; }

    /// <summary>The last revision sent.</summary>
    public long Revision { get; set; }

    /// <summary>
    /// The server's sequence when the client asked for the namespace: that it fell behind cannot be told before the answer
    /// to that. When it resumes it has the namespace already, and is told at once.
    /// </summary>
    public long Began { get; set; }

    /// <summary>Lets go of the namespace.</summary>
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
