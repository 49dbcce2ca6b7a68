using ZProc.Core.State;

namespace ZProc.Core.Server;

/// <summary>A client's place in the updates of a namespace: a cursor, so that a slow client costs no memory.</summary>
internal sealed class Subscription
{
    public Subscription(Feed feed, long revision)
    {
        Feed = feed;
        Revision = revision;
    }

    public Feed Feed { get; }

    /// <summary>The last revision sent.</summary>
    public long Revision { get; set; }
}
