namespace ZProc.StatePeer;

/// <summary>The kinds of frames between a test and this program.</summary>
internal static class PeerFrame
{
    // To the peer: the work, the signal to begin, and the final sequence and revisions.
    public const byte Order = 1;
    public const byte Begin = 2;
    public const byte End = 3;

    // To the peer, as its first frame instead of an order: it is to run a server, or enduring clients, or to hold a turn.
    public const byte Serve = 4;
    public const byte Endure = 5;
    public const byte Hold = 6;

    // From the peer.
    public const byte Ready = 11;
    public const byte Log = 12;
    public const byte Watched = 13;
    public const byte Done = 14;
    public const byte Failed = 15;
    public const byte Report = 16;
}
