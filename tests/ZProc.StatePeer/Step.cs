namespace ZProc.StatePeer;

/// <summary>Something for a client to do.</summary>
/// <param name="Space">Which of the namespaces.</param>
internal abstract record Step(int Space);
