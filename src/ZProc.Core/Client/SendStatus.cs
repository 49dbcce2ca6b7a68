namespace ZProc.Core.Client;

/// <summary>What became of the requests that a <see cref="RequestSender"/> had to send.</summary>
internal enum SendStatus
{
    /// <summary>All were given to the system.</summary>
    Sent,

    /// <summary>The server takes no more now.</summary>
    Blocked,

    /// <summary>There is no stream.</summary>
    NoStream,
}
