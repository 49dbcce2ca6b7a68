namespace ZProc.Requests;

/// <summary>What a session can ask of another session about a process that the other session controls.</summary>
internal enum RequestKind
{
    /// <summary>Start the process that the request describes.</summary>
    Start = 1,

    /// <summary>Ask the script to stop.</summary>
    Stop,

    /// <summary>Run the process again after its end.</summary>
    Restart,

    /// <summary>Remove the process.</summary>
    Remove,

    /// <summary>Send the output of the process.</summary>
    Receive,
}
