namespace ZProc.StatePeer;

/// <summary>What a client did.</summary>
internal enum ObservationKind
{
    Commit,
    Get,
    Snapshot,
    TurnBegin,
}
