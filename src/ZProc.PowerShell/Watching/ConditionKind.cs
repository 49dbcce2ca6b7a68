namespace ZProc.Watching;

/// <summary>The kinds of conditions of a watch. The numbers travel to other processes.</summary>
internal enum ConditionKind
{
    /// <summary>A chosen key changes.</summary>
    Change,

    /// <summary>A chosen key is removed.</summary>
    Removed,

    /// <summary>All chosen keys exist.</summary>
    Available,

    /// <summary>All chosen keys have a certain value. Numbers compare by value, strings ordinally, containers deeply.</summary>
    Equal,

    /// <summary>All chosen keys exist and have another value.</summary>
    NotEqual,

    /// <summary>All chosen keys exist and are null.</summary>
    Null,

    /// <summary>All chosen keys exist and are not null.</summary>
    NotNull,

    /// <summary>All chosen keys exist and are true in PowerShell's sense.</summary>
    Truthy,

    /// <summary>All chosen keys exist and are false in PowerShell's sense.</summary>
    Falsy,

    /// <summary>A script block, given the namespace, outputs something true.</summary>
    When,
}
