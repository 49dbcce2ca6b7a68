namespace ZProc.Watching;

/// <summary>What a watcher waits for.</summary>
internal enum WatchCondition
{
    /// <summary>Any change of a chosen key.</summary>
    Change,

    /// <summary>The removal of a chosen key.</summary>
    Removed,

    /// <summary>All chosen keys are there.</summary>
    Available,

    /// <summary>All chosen keys have a value: numbers compare by value, strings ordinally, containers deeply.</summary>
    Equal,

    /// <summary>All chosen keys are there and have another value.</summary>
    NotEqual,

    /// <summary>All chosen keys are there and null.</summary>
    Null,

    /// <summary>All chosen keys are there and not null.</summary>
    NotNull,

    /// <summary>All chosen keys are there and true in PowerShell's sense.</summary>
    Truthy,

    /// <summary>All chosen keys are there and false in PowerShell's sense.</summary>
    Falsy,

    /// <summary>A script block over the snapshot says so.</summary>
    When,
}
