namespace ZProc.StatePeer;

/// <summary>How a client commits.</summary>
internal enum Pace
{
    /// <summary>It waits for the outcome.</summary>
    Waiting,

    /// <summary>It goes on, and looks at the outcome later.</summary>
    Pipelined,

    /// <summary>It gives up after a moment.</summary>
    Hurried,
}
