namespace ZProc.Workers;

/// <summary>What a frame between a session and its worker means. Kinds of <see cref="OutputKind"/> are the worker's output.</summary>
internal enum WorkerFrame : byte
{
    /// <summary>To the worker: connect to the server.</summary>
    Connect = 101,

    /// <summary>To the worker: run this process.</summary>
    Start = 102,

    /// <summary>To the worker: stop the script.</summary>
    Stop = 103,

    /// <summary>To the worker: call the watcher's action no more; there will be no more items.</summary>
    EndWatching = 104,

    /// <summary>To the worker: run the script for these items.</summary>
    Items = 105,

    /// <summary>From the worker: the script is about to run.</summary>
    Started = 111,

    /// <summary>From the worker: how it ended.</summary>
    Ended = 112,

    /// <summary>From the worker: a watcher's action has returned.</summary>
    Watched = 113,

    /// <summary>From the worker: it begins the next item, and has ended the one before.</summary>
    ItemBegun = 114,

    /// <summary>From the worker: it has ended an item, and has no other.</summary>
    ItemEnded = 115,
}
