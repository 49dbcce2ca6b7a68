namespace ZProc.StatePeer;

/// <summary>How a client commits.</summary>
internal enum Pace
{
    /// <summary>The client waits for the outcome.</summary>
    Waiting,

    /// <summary>The client goes on, and looks at the outcome later.</summary>
    Pipelined,

    /// <summary>The client gives up after a short time.</summary>
    Hurried,
}
