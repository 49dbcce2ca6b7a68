namespace ZProc.Workers;

/// <summary>The kinds of frames between a session and its worker. The kinds of <see cref="OutputKind"/> are the worker's output.</summary>
internal enum WorkerFrame : byte
{
    /// <summary>To the worker: connect to the server.</summary>
    Connect = 101,

    /// <summary>To the worker: run this process.</summary>
    Start = 102,

    /// <summary>To the worker: stop the script.</summary>
    Stop = 103,

    /// <summary>To the worker: end after the call of the watcher's action that runs now, or after the items.</summary>
    EndWatching = 104,

    /// <summary>To the worker: run the script for these items.</summary>
    Items = 105,

    /// <summary>From the worker: the script is about to run.</summary>
    Started = 111,

    /// <summary>From the worker: how the script ended. The processes that it started are ending.</summary>
    Ended = 112,

    /// <summary>From the worker: a call of the watcher's action has returned.</summary>
    Watched = 113,

    /// <summary>From the worker: the next item begins, and the one before has ended.</summary>
    ItemBegun = 114,

    /// <summary>From the worker: an item has ended, and there is no other.</summary>
    ItemEnded = 115,

    /// <summary>From the worker, after <see cref="Ended"/>: it has left its context, with the newest sequence that it has seen there.</summary>
    Left = 116,

    /// <summary>From the worker, after <see cref="Left"/>: nothing is left that may take long, and the OS process exits.</summary>
    Exiting = 117,
}
