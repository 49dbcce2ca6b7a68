namespace ZProc.Core.Wire;

/// <summary>The bounds and rhythms that both ends keep.</summary>
internal static class WireLimits
{
    /// <summary>The protocol's version; a server refuses others.</summary>
    public const byte Version = 3;

    /// <summary>The largest part of a message in one frame.</summary>
    public const int ChunkBytes = 256 * 1024;

    /// <summary>How much short messages that share a frame may take in it: enough that the frame itself no longer counts.</summary>
    public const int BatchBytes = 16 * 1024;

    /// <summary>The largest frame: a chunk and its header.</summary>
    public const int FrameBytes = ChunkBytes + 1024;

    /// <summary>The largest frame from somebody who has not proven the secret.</summary>
    public const int StrangerFrameBytes = 512;

    /// <summary>How many strangers may be in the middle of their proof; more are ignored until some are forgotten.</summary>
    public const int Strangers = 1024;

    /// <summary>How much a client may be sent beyond what it has said it took.</summary>
    public const long CreditBytes = 16 * 1024 * 1024;

    /// <summary>A client says what it took at least this often.</summary>
    public const long CreditStepBytes = CreditBytes / 8;

    /// <summary>How much of the past is asked for at once.</summary>
    public const long PageBytes = 4 * 1024 * 1024;

    /// <summary>How many parts and entries one message may claim to have.</summary>
    public const int Items = 10_000_000;

    /// <summary>The time between two signs of life.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>Silence after which the other side is not trusted to be there: turns are lost, connections made anew.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    /// <summary>How long a server remembers a client that went silent, so that it can resume.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(15);

    /// <summary>How long a client tries to reach a lost server before it gives up.</summary>
    public static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(4);

    /// <summary>How long a stranger may take to prove the secret.</summary>
    public static readonly TimeSpan StrangerPatience = TimeSpan.FromSeconds(5);
}
