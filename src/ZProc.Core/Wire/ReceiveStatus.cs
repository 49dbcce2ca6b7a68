namespace ZProc.Core.Wire;

/// <summary>What one attempt to receive has brought.</summary>
internal enum ReceiveStatus
{
    /// <summary>Bytes have come.</summary>
    Received,

    /// <summary>Nothing has come yet.</summary>
    Empty,

    /// <summary>The other side, or this one, has closed the connection.</summary>
    Closed,
}
