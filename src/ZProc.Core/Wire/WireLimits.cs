namespace ZProc.Core.Wire;

/// <summary>The sizes and times that both ends keep.</summary>
internal static class WireLimits
{
    /// <summary>The protocol's version. A server refuses any other.</summary>
    public const byte Version = 3;

    /// <summary>The largest part of a message in one frame, in bytes.</summary>
    public const int ChunkBytes = 256 * 1024;

    /// <summary>The most bytes of short messages in one frame: enough to make the cost of the frame itself negligible.</summary>
    public const int BatchBytes = 16 * 1024;

    /// <summary>The largest frame, in bytes: a chunk and its header.</summary>
    public const int FrameBytes = ChunkBytes + 1024;

    /// <summary>The largest frame of a handshake, in bytes.</summary>
    public const int HandshakeFrameBytes = 512;

    /// <summary>The most handshakes that a server has open at a time. It refuses more until some have ended.</summary>
    public const int MaximumHandshakes = 1024;

    /// <summary>A client's credit: the most bytes that a server sends beyond those that the client has acknowledged.</summary>
    public const long CreditBytes = 16 * 1024 * 1024;

    /// <summary>A client acknowledges at the latest after this many bytes.</summary>
    public const long CreditStepBytes = CreditBytes / 8;

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

    /// <summary>How long a client tries to reconnect before it gives up.</summary>
    public static readonly TimeSpan ReconnectTimeout = TimeSpan.FromSeconds(4);

    /// <summary>How long a handshake may take.</summary>
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);
}
