namespace ZProc.Core.Server;

/// <summary>The kind of a message to the server's core.</summary>
internal enum CoreMessage : byte
{
    /// <summary>The connection's outlet has something to send.</summary>
    Send,

    /// <summary>A request that the core serves follows.</summary>
    Request,

    /// <summary>The connection has ended, and has sent everything before.</summary>
    Detach,

    /// <summary>The core ends.</summary>
    Stop,
}
