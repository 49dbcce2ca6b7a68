namespace ZProc.Core;

/// <summary>The kinds of errors, with stable names. The error id that users see is <c>ZProc.</c> followed by the name.</summary>
public enum Fault
{
    /// <summary>This session has no context.</summary>
    NoContext,

    /// <summary>The context was stopped, or this session left it.</summary>
    ContextStopped,

    /// <summary>No server answered, or the server has another secret.</summary>
    CannotConnect,

    /// <summary>The server was lost, or came back as a new incarnation, before the request was resolved.</summary>
    ConnectionLost,

    /// <summary>The key is not in the namespace.</summary>
    KeyNotFound,

    /// <summary>The text is not a valid key or namespace name.</summary>
    InvalidKey,

    /// <summary>The value does not travel; the message names the path inside it.</summary>
    ValueNotSupported,

    /// <summary>The value is larger than a context allows.</summary>
    ValueTooLarge,

    /// <summary>A condition of the write did not hold; nothing was changed.</summary>
    Conflict,

    /// <summary>The revision asked for is no longer kept.</summary>
    Compacted,

    /// <summary>The turn was taken away before the commit; nothing was changed.</summary>
    TurnLost,

    /// <summary>State was changed from inside an atomic block.</summary>
    NestedUpdate,

    /// <summary>The deadline passed first.</summary>
    Timeout,

    /// <summary>A process ended with an error.</summary>
    ProcessFailed,

    /// <summary>An argument has a value that is not possible here, or names something that does not exist.</summary>
    InvalidArgument,

    /// <summary>A message could not be understood.</summary>
    MalformedMessage,

    /// <summary>The connection string permits reading and watching only.</summary>
    NotPermitted,

    /// <summary>The client, or all clients together, have reached a limit of the server; nothing was changed.</summary>
    LimitReached,

    /// <summary>The server could not serve the request because of a fault of its own.</summary>
    ServerError,

    /// <summary>The disk of a durable state refused a write, or could not be read; nothing was changed.</summary>
    DiskFailed,

    /// <summary>Another server has the folder of a durable state.</summary>
    DirectoryInUse,

    /// <summary>The folder of a durable state holds something that ZProc did not write.</summary>
    DirectoryDamaged,

    /// <summary>The session has no terminal to show something live.</summary>
    NoTerminal,

    /// <summary>The engine lost updates that this process had seen.</summary>
    Diverged,
}
