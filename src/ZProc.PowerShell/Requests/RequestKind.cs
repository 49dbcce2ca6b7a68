namespace ZProc.Requests;

/// <summary>What one session asks another one to do with a process that the other looks after.</summary>
internal enum RequestKind
{
    /// <summary>Start it: the request holds what to start.</summary>
    Start = 1,

    /// <summary>Ask its script to stop.</summary>
    Stop,

    /// <summary>Run it anew, when it has ended.</summary>
    Restart,

    /// <summary>Forget it.</summary>
    Remove,

    /// <summary>Send what it wrote.</summary>
    Receive,
}
