namespace ZProc.Core.Wire;

/// <summary>The sizes and times that both ends keep.</summary>
internal static class WireLimits
{
    /// <summary>The protocol's version. A server refuses any other.</summary>
    public const byte Version = 6;

    /// <summary>The largest part of a message in one frame, in bytes.</summary>
    public const int ChunkBytes = 256 * 1024;

    /// <summary>The most bytes of short messages in one frame: enough to make the cost of the frame itself negligible.</summary>
    public const int BatchBytes = 16 * 1024;

    /// <summary>The largest frame, in bytes: a chunk and its header.</summary>
    public const int FrameBytes = ChunkBytes + 1024;

    /// <summary>The largest message, in bytes.</summary>
    public const long MessageBytes = 512L * 1024 * 1024;

    /// <summary>The bytes of all long messages that a server receives at a time. More of them wait.</summary>
    public const long ServerMessageBytes = 2 * MessageBytes;

    /// <summary>The slowest long message that goes on while others wait for its place.</summary>
    public const int LeastBytesASecond = 1024 * 1024;

    /// <summary>The most connections without a proof that a server holds. Half of them may have shown no sign of the secret, and half one that can be recorded; the oldest is closed for a new one of its kind.</summary>
    public const int UnprovenConnections = 256;

    /// <summary>The most requests of one client that wait for turns.</summary>
    public const int WaitingTickets = 20_000;

    /// <summary>The most requests of all clients that wait for turns.</summary>
    public const int ServerWaitingTickets = 100_000;

    /// <summary>The most namespaces that one client follows.</summary>
    public const int Subscriptions = 100_000;

    /// <summary>The most requests of one client of which the server keeps the outcome, because the client has not taken the reply.</summary>
    public const int UnresolvedRequests = 65_536;

    /// <summary>The largest request about turns, subscriptions and the end of something: names and ids.</summary>
    public const int CoreRequestBytes = 64 * 1024;

    /// <summary>The most requests of one client that wait for the server's core. The server reads no more of them meanwhile.</summary>
    public const int CoreRequests = 1_000;

    /// <summary>The bytes of the replies that wait for a client before its server reads no more of its requests.</summary>
    public const long WaitingReplyBytes = 32L * 1024 * 1024;

    /// <summary>The replies that wait for a client before its server reads no more of its requests.</summary>
    public const int WaitingReplies = 10_000;

    /// <summary>A client acknowledges at the latest after this many bytes.</summary>
    public const long AcknowledgeStepBytes = 512 * 1024;

    /// <summary>The size of a page of updates, in bytes.</summary>
    public const long PageBytes = 4 * 1024 * 1024;

    /// <summary>The longest array in a message.</summary>
    public const int MaximumItems = 10_000_000;

    /// <summary>The time between two heartbeats of either side.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);

    /// <summary>The silence after which each side acts: the server takes the client's turns away, the client reconnects.</summary>
    public static readonly TimeSpan SilenceTimeout = TimeSpan.FromSeconds(3);

    /// <summary>How long a server keeps the session of a silent client, so that the client can resume.</summary>
    public static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(15);

    /// <summary>How long a request or a watch waits for the next server of a durable state.</summary>
    public static readonly TimeSpan RestartTimeout = TimeSpan.FromSeconds(60);

    /// <summary>How long a client tries to reconnect to a server that cannot be reached. For one that can be reached the time is <see cref="SessionTimeout"/>.</summary>
    public static readonly TimeSpan ReconnectTimeout = TimeSpan.FromSeconds(4);

    /// <summary>How long a handshake may take.</summary>
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);
}
