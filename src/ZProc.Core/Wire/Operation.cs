namespace ZProc.Core.Wire;

/// <summary>The operation that a request asks for. The numbers are part of the protocol.</summary>
internal enum Operation : byte
{
    Ping = 1,
    Get = 2,
    Snapshot = 3,
    Commit = 4,
    AcquireTurn = 5,
    ReleaseTurn = 6,
    Withdraw = 7,
    Subscribe = 8,
    Updates = 9,
    EndSource = 10,
    Unsubscribe = 11,
    Namespaces = 12,
    Summary = 13,
    Shutdown = 14,
}
