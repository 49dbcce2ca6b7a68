namespace ZProc.StatePeer;

/// <summary>The kind of an operation.</summary>
internal enum ObservationKind
{
    Commit,
    Get,
    Snapshot,
    TurnBegin,
}
